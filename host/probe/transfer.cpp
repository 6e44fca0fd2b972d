#include "probe/transfer.hpp"

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"
#include "probe/curl_api.hpp"

namespace orch {
namespace {

constexpr int kPollMilliseconds = 50;
constexpr std::size_t kMostHeaders = 100;
constexpr std::size_t kHeaderBytes = 65'536;

/// What comes in.
struct Arriving {
    std::size_t body_limit{};
    std::string body;
    HttpHeaders headers;
    std::size_t header_bytes = 0;
    bool full = false;
};

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string lower(std::string_view text) {
    std::string low(text);
    std::transform(low.begin(), low.end(), low.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    return low;
}

/// Fields of one name are one list (RFC 9110, 5.3).
void add(Arriving& in, std::string_view line) {
    const auto colon = line.find(':');
    in.header_bytes += line.size();
    if (colon == std::string_view::npos || in.header_bytes > kHeaderBytes) return;
    auto name = lower(trimmed(line.substr(0, colon)));
    const auto value = cleanUtf8(trimmed(line.substr(colon + 1)));
    const auto known = std::find_if(
        in.headers.begin(), in.headers.end(), [&](const auto& each) { return each.first == name; });
    if (known != in.headers.end()) {
        known->second += ", " + value;
    } else if (in.headers.size() < kMostHeaders) {
        in.headers.emplace_back(cleanUtf8(name), value);
    }
}

// The two below are called by C: nothing may be thrown through it. Less than all of the bytes ends
// the transfer.
std::size_t takeHeader(char* data, std::size_t size, std::size_t count, void* arriving) noexcept {
    try {
        auto& in = *static_cast<Arriving*>(arriving);
        const std::string_view line(data, size * count);
        if (line.starts_with("HTTP/")) in.headers.clear();  // the real answer after a 1xx
        add(in, line);
        return size * count;
    } catch (const std::exception&) {
        return 0;
    }
}

std::size_t takeBody(char* data, std::size_t size, std::size_t count, void* arriving) noexcept {
    try {
        auto& in = *static_cast<Arriving*>(arriving);
        const std::size_t bytes = size * count;
        const auto kept = std::min(bytes, in.body_limit - in.body.size());
        in.body.append(data, kept);
        in.full = kept < bytes;
        return kept;
    } catch (const std::exception&) {
        return 0;
    }
}

}  // namespace

struct Transfer::Handles {
    ~Handles() {
        if (multi && easy) curl().multi_remove_handle(multi, easy);
        curl().easy_cleanup(easy);
        curl().multi_cleanup(multi);
        curl().slist_free_all(headers);
    }
    template <class Value>
    void set(CURLoption option, Value value) {
        const auto code = curl().easy_setopt(easy, option, value);
        if (code == CURLE_OK) return;
        throw Error(std::string("libcurl does not take an option: ") + curl().easy_strerror(code));
    }
    void addHeader(const std::string& line) {
        curl_slist* longer = curl().slist_append(headers, line.c_str());
        if (!longer) throw Error("libcurl has no memory for a header");
        headers = longer;
    }
    template <class Value>
    [[nodiscard]] Value info(CURLINFO which) const {
        Value value{};
        curl().easy_getinfo(easy, which, &value);
        return value;
    }

    CURL* easy = curl().easy_init();
    CURLM* multi = curl().multi_init();
    curl_slist* headers = nullptr;
    Arriving in;
};

Transfer::Transfer(const HttpProbe& probe) : handles_(std::make_unique<Handles>()) {
    auto& to = *handles_;
    if (!to.easy || !to.multi) throw Error("libcurl cannot begin: no memory or no descriptors");
    to.in.body_limit = probe.body_limit;
    to.set(CURLOPT_URL, probe.url.c_str());
    to.set(CURLOPT_PROTOCOLS_STR, "http,https");
    to.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    to.set(CURLOPT_FOLLOWLOCATION, 0L);
    to.set(CURLOPT_PROXY, "");  // none, whatever the environment says
    to.set(CURLOPT_USERAGENT, "orchd/" ORCH_VERSION);
    to.set(CURLOPT_TIMEOUT_MS, static_cast<long>(probe.timeout.count()));
    to.set(CURLOPT_NOSIGNAL, 1L);
    to.set(CURLOPT_QUICK_EXIT, 1L);  // or a name that does not resolve is waited for to its end
    to.set(CURLOPT_WRITEFUNCTION, takeBody);
    to.set(CURLOPT_WRITEDATA, &to.in);
    to.set(CURLOPT_HEADERFUNCTION, takeHeader);
    to.set(CURLOPT_HEADERDATA, &to.in);
    // "Name;" is libcurl's way to send a header without a value.
    for (const auto& [name, value] : probe.headers) {
        to.addHeader(value.empty() ? name + ";" : name + ": " + value);
    }
    to.set(CURLOPT_HTTPHEADER, to.headers);
}

Transfer::~Transfer() = default;

std::optional<ProbeEnd> Transfer::run(const std::function<bool()>& cancelled) {
    auto& of = *handles_;
    int running = 1;
    auto state = curl().multi_add_handle(of.multi, of.easy);
    while (state == CURLM_OK && running > 0) {
        if (cancelled()) return std::nullopt;
        state = curl().multi_perform(of.multi, &running);
        if (state == CURLM_OK && running > 0) {
            state = curl().multi_poll(of.multi, nullptr, 0, kPollMilliseconds, nullptr);
        }
    }
    int left = 0;
    const CURLMsg* message = curl().multi_info_read(of.multi, &left);
    if (state != CURLM_OK || !message) {
        throw Error(std::string("a probe failed in libcurl: ") + curl().multi_strerror(state));
    }
    return ProbeEnd{.code = message->data.result,
                    .os_error = static_cast<int>(of.info<long>(CURLINFO_OS_ERRNO)),
                    .resolved = of.info<curl_off_t>(CURLINFO_NAMELOOKUP_TIME_T) > 0,
                    .connected = of.info<curl_off_t>(CURLINFO_CONNECT_TIME_T) > 0,
                    .full = of.in.full};
}

ProbeAnswer Transfer::takeAnswer() {
    return {.status = static_cast<int>(handles_->info<long>(CURLINFO_RESPONSE_CODE)),
            .body = std::move(handles_->in.body),
            .headers = std::move(handles_->in.headers)};
}

}  // namespace orch

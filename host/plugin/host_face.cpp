#include "plugin/host_face.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kLongestLogLine = 2'000;
constexpr std::size_t kLogLinesAMinute = 100;

std::string_view view(orch_text text) {
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

/// Cut before it is looked at: a plugin may pass megabytes, and holds a lock meanwhile.
std::string oneLine(std::string_view text) {
    auto line = shorten(cleanUtf8(shorten(text, kLongestLogLine)), kLongestLogLine);
    std::ranges::replace(line, '\n', ' ');
    return line;
}

void put(orch_sink sink, std::string_view text) {
    if (sink.write != nullptr) (void)sink.write(sink.context, text.data(), text.size());
}

}  // namespace

HostFace::HostFace(std::string speaker, Serve serve)
    : speaker_(std::move(speaker)),
      serve_(std::move(serve)),
      table_{.size = sizeof(orch_host),
             .abi = ORCH_ABI,
             .context = this,
             .log = log,
             .call = call,
             .get_extension = getExtension} {}

HostFace::Inside::Inside(HostFace& face, const Entry& entry) : face_(face) {
    face_.entry_ = &entry;
    face_.inside_ = std::this_thread::get_id();
}

HostFace::Inside::~Inside() {
    face_.inside_ = std::thread::id();
    face_.entry_ = nullptr;
}

void HostFace::revoke() {
    const std::unique_lock lock(serving_);
    revoked_ = true;
}

CallResult HostFace::answer(std::string_view method, std::string_view request) {
    if (inside_.load() != std::this_thread::get_id()) {
        return {ORCH_MISUSE,
                "a call is only possible inside an entry (create, tick, run …), on its thread"};
    }
    const std::shared_lock lock(serving_);
    const Entry& entry = *entry_.load();
    if (revoked_ || entry.token().stop_requested()) {
        return {ORCH_CANCELLED, "this " + entry.what() + " was cancelled: nothing was done"};
    }
    return serve_(entry, method, request);
}

std::int32_t HostFace::call(void* context, orch_text method, orch_text request, orch_sink reply) {
    try {
        const auto result = static_cast<HostFace*>(context)->answer(view(method), view(request));
        put(reply, result.reply);
        return result.status;
    } catch (const std::exception& error) {
        // No exception may cross into the plugin, whatever runs out.
        put(reply, error.what());
        return ORCH_UNAVAILABLE;
    }
}

void HostFace::log(void* context, std::int32_t level, orch_text text) {
    try {
        static_cast<HostFace*>(context)->say(level, view(text));
    } catch (const std::exception&) {  // a line of a log is not worth more than the plugin's entry
    }
}

const void* HostFace::getExtension(void* /*context*/, const char* /*id*/) {
    return nullptr;
}

bool HostFace::mayLog(AwakeTime now) {
    while (!logged_.empty() && now - logged_.front() > std::chrono::minutes{1}) logged_.pop_front();
    if (logged_.size() >= kLogLinesAMinute) return ++dropped_, false;
    logged_.push_back(now);
    return true;
}

void HostFace::say(std::int32_t level, std::string_view text) {
    static constexpr std::array kLevels{"debug", "info", "warning", "error"};
    const std::lock_guard lock(log_mutex_);
    if (!mayLog(AwakeTime::clock::now())) return;
    if (dropped_ > 0) std::cerr << "orchd: " << speaker_ << ": " << dropped_ << " lines left out\n";
    dropped_ = 0;
    const auto known = level >= 0 && static_cast<std::size_t>(level) < kLevels.size();
    std::cerr << "orchd: " << speaker_ << ": "
              << kLevels.at(known ? static_cast<std::size_t>(level) : 1) << ": " << oneLine(text)
              << "\n";
}

}  // namespace orch

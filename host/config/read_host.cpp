#include <arpa/inet.h>

#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "config/readers.hpp"

namespace orch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

std::optional<std::uint16_t> parsePort(std::string_view text) {
    std::uint16_t port = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc() || at != text.data() + text.size()) return {};
    return port;
}

std::optional<ServerConfig> parseListen(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return {};
    auto host = text.substr(0, colon);
    const auto port = parsePort(std::string_view(text).substr(colon + 1));
    const bool in_brackets = host.front() == '[' && host.back() == ']';
    if (in_brackets) host = host.substr(1, host.size() - 2);
    const bool is_ipv6 = host.find(':') != std::string::npos;
    if (!port || host.empty() || is_ipv6 != in_brackets) return {};
    return ServerConfig{.host = host, .port = *port};
}

bool isLoopback(const std::string& host) {
    in_addr v4{};
    if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24U == 127;
    in6_addr v6{};
    if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6);
    return host == "localhost";
}

std::string problemOfListen(const std::string& text) {
    const auto shown = cleanUtf8(shorten(text, 60));
    const auto parsed = parseListen(text);
    if (!parsed) return "expected an address such as 127.0.0.1:8080 or [::1]:8080, got " + shown;
    if (isLoopback(parsed->host)) return {};
    return "this release listens on loopback addresses only (127.0.0.1, [::1], localhost), not "
           "on " +
           parsed->host + ": put a reverse proxy in front to be reached from elsewhere";
}

std::string problemOfRead(const std::string& text) {
    if (text == "token" || text == "open") return {};
    return "expected token or open, got " + cleanUtf8(shorten(text, 40));
}

std::string problemOfStorePath(const std::string& text) {
    return text.empty() ? "a file name is needed, such as orch.db" : "";
}

}  // namespace

void readServer(Section section, Config& config) {
    const auto& defaults = config.server;
    const auto fallback = defaults.host + ":" + std::to_string(defaults.port);
    const auto listen = section.text("listen", fallback, problemOfListen);
    config.server = parseListen(listen).value_or(defaults);
    config.server.read_open = section.text("read", "token", problemOfRead) == "open";
    section.finish();
}

void readStore(Section section, Config& config) {
    auto& store = config.store;
    store.kind = section.only("kind", store.kind, "this release keeps its state in sqlite only");
    store.path = section.text("path", store.path, problemOfStorePath);
    store.lock_wait = section.duration("lock_wait", store.lock_wait, milliseconds(0), minutes(10));
    section.finish();
}

void readQueue(Section section, Config& config) {
    auto& queue = config.queue;
    queue.max_concurrency = section.number("max_concurrency", queue.max_concurrency, 1, 256);
    queue.exec_concurrency = section.number("exec_concurrency", queue.exec_concurrency, 1, 256);
    auto retry = section.section("retry");
    auto& policy = queue.retry;
    policy.base = retry.duration("base", policy.base, milliseconds(1), hours(1));
    policy.cap = retry.duration("cap", policy.cap, milliseconds(1), hours(24));
    policy.later = retry.duration("later", policy.later, milliseconds(1), hours(24));
    policy.max_lost = retry.number("max_lost", policy.max_lost, 1, 100);
    if (policy.cap < policy.base) retry.problem("cap", "must not be less than queue.retry.base");
    retry.finish();
    section.finish();
}

void readDisk(Section section, Config& config) {
    constexpr std::uint64_t kMost = 1'000'000'000'000'000;
    config.disk.min_free = section.bytes("min_free", config.disk.min_free, 0, kMost);
    section.finish();
}

void readRetention(Section section, Config& config) {
    auto& keep = config.retention;
    constexpr hours kMost{24 * 3650};
    const auto read = [&](const char* name, Milliseconds& value) {
        value = section.duration(name, value, milliseconds(0), kMost);
    };
    read("logs", keep.logs);
    read("jobs", keep.jobs);
    read("messages", keep.messages);
    read("branches", keep.branches);
    // A folder whose job is not known any more would count as nobody's.
    const bool outlives =
        keep.jobs.count() != 0 && (keep.logs.count() == 0 || keep.logs > keep.jobs);
    if (outlives) section.problem("logs", "must not be kept longer than retention.jobs");
    section.finish();
}

}  // namespace orch

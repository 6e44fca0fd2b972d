#include <orch/plugin.h>

#include "core/probe.hpp"

#include "plugin/services/commit.hpp"
#include "plugin/services/method.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr std::size_t kUrlBytes = 2000;
constexpr std::size_t kMostHeaders = 50;
constexpr std::size_t kHeaderBytes = 4000;
constexpr Milliseconds kShortest{100};
constexpr Milliseconds kLongest{std::chrono::seconds{30}};
constexpr Milliseconds kUsual{std::chrono::seconds{5}};
constexpr std::int64_t kBody = 65'536;
constexpr std::int64_t kMostBody = 1 << 20;

/// RFC 9110, 5.6.2: what the name of a field is made of.
bool isToken(const std::string& name) {
    constexpr std::string_view kAllowed =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return !name.empty() && name.find_first_not_of(kAllowed) == std::string::npos;
}

HttpHeaders headersOf(const CallRequest& request) {
    auto headers = request.pairs("headers", kMostHeaders, kHeaderBytes);
    for (const auto& [name, value] : headers) {
        if (!isToken(name)) request.refuse("headers: \"" + name + "\" is no name of a header");
        if (value.find('\n') != std::string::npos) {
            request.refuse("headers: the value of " + name + " has more than one line");
        }
    }
    return headers;
}

HttpProbe probeOf(const Call& call) {
    const auto& request = call.request;
    const auto left =
        std::chrono::ceil<Milliseconds>(call.caller.deadline - std::chrono::steady_clock::now());
    const auto wanted = request.span("timeout_ms", kShortest, kLongest, kUsual);
    return {
        request.text("url", kUrlBytes),
        std::min(wanted, std::max(left, kShortest)),
        headersOf(request),
        static_cast<std::size_t>(request.maybeWhole("body_limit", 0, kMostBody).value_or(kBody))};
}

Json encode(const ProbeAnswer& answer) {
    Json encoded{{"outcome", nameOf(answer.outcome)}};
    if (answer.outcome == ProbeOutcome::kAnswered) {
        encoded["status"] = answer.status;
        encoded["headers"] = Json::object();
        for (const auto& [name, value] : answer.headers) encoded["headers"][name] = value;
        encoded["body"] = answer.body;
    }
    if (!answer.detail.empty()) encoded["detail"] = answer.detail;
    encoded["took_ms"] = answer.took.count();
    return encoded;
}

}  // namespace

Json probeHttpFor(const Call& call) {
    const auto probe = probeOf(call);
    const auto answer = call.world.http.probe(probe, [&] { return shouldReturn(call.caller); });
    if (answer) return encode(*answer);
    throw CallRefused(ORCH_CANCELLED,
                      "probe.http: the entry should return: the probe was given up");
}

}  // namespace orch

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "orch/detail/json.hpp"
#include "orch/detail/sink.hpp"
#include "orch/plugin.h"

// The one call that carries every service, and how it fails.

namespace orch {
inline namespace sdk {

/// orchd did not do what was asked. what() is "jobs.finish: " and orchd's sentence. A plugin that
/// lets it out of an entry has failed that entry, which is what it should do unless it knows
/// better.
class CallFailed : public std::runtime_error {
public:
    CallFailed(std::int32_t status, const std::string& method, const std::string& sentence)
        : std::runtime_error(sentence.starts_with(method + ": ") ? sentence
                                                                 : method + ": " + sentence),
          status_(status),
          method_(method),
          sentence_(sentence) {}
    /// ORCH_DENIED and the others of orch/plugin.h.
    [[nodiscard]] std::int32_t status() const { return status_; }
    [[nodiscard]] const std::string& method() const { return method_; }
    /// orchd's own words.
    [[nodiscard]] const std::string& sentence() const { return sentence_; }
    /// Not possible now; look again at a later tick.
    [[nodiscard]] bool later() const { return status_ == ORCH_UNAVAILABLE; }

private:
    std::int32_t status_;
    std::string method_, sentence_;
};

/// The entry was cancelled, or the plugin switched off or replaced; nothing was changed. Let it
/// out: an entry that ends so counts as cancelled, not as failed.
class Cancelled : public CallFailed {
public:
    Cancelled(const std::string& method, const std::string& sentence)
        : CallFailed(ORCH_CANCELLED, method, sentence) {}
};

namespace detail {

/// What each status means, for a host that gave no sentence.
[[nodiscard]] inline const char* meaning(std::int32_t status) {
    switch (status) {
        case ORCH_DENIED:
            return "the method is not granted to this plugin";
        case ORCH_CANCELLED:
            return "this entry was cancelled";
        case ORCH_UNKNOWN_METHOD:
            return "this orchd does not have the method";
        case ORCH_BAD_REQUEST:
            return "orchd does not understand the request";
        case ORCH_MISUSE:
            return "calls are possible inside an entry, on its thread";
        case ORCH_UNAVAILABLE:
            return "not possible now";
        default:
            return "it failed without a sentence";
    }
}

[[noreturn]] inline void fail(std::int32_t status,
                              const std::string& method,
                              const std::string& sentence) {
    const std::string words = sentence.empty() ? meaning(status) : sentence;
    if (status == ORCH_CANCELLED) throw Cancelled(method, words);
    throw CallFailed(status, method, words);
}

/// The reply's text. Throws CallFailed or Cancelled.
[[nodiscard]] inline std::string callText(const orch_host& host,
                                          const std::string& method,
                                          std::string_view request) {
    Collected reply;
    const auto status = host.call(host.context, borrow(method), borrow(request), reply.sink());
    if (status != ORCH_OK) fail(status, method, reply.text());
    if (reply.cut()) fail(ORCH_FAILED, method, "the reply is longer than 1 MiB");
    return reply.text();
}

/// The reply as `read` makes it of its object. Throws CallFailed, Cancelled.
template <class Read>
[[nodiscard]] auto call(const orch_host& host,
                        const std::string& method,
                        const Json& request,
                        const Read& read) {
    const auto reply = callText(host, method, dump(request));
    try {
        return read(parseObject(reply));
    } catch (const BadJson& bad) {
        fail(ORCH_FAILED, method, std::string{"orchd's reply cannot be read: "} + bad.what());
    }
}

}  // namespace detail
}  // namespace sdk
}  // namespace orch

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace orch {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// One GET.
struct HttpProbe {
    std::string url;
    Milliseconds timeout{};  ///< of everything, name resolution included
    HttpHeaders headers;
    std::size_t body_limit{};  ///< bytes that are kept
};

enum class ProbeOutcome {
    kAnswered,
    kRefused,         ///< the connection was refused
    kReset,           ///< closed or reset before a whole answer, or the answer is not HTTP
    kConnectTimeout,  ///< no connection in time
    kAnswerTimeout,   ///< connected, then no whole answer in time
    kNameNotResolved,
    kTls,      ///< the certificate or the handshake failed
    kNoRoute,  ///< this machine has no way there, or no descriptors: says nothing of it
    kBadUrl
};
/// "answered", "refused", …
[[nodiscard]] std::string_view nameOf(ProbeOutcome outcome);

struct ProbeAnswer {
    ProbeOutcome outcome{};
    int status = 0;  ///< with kAnswered
    std::string body;
    HttpHeaders headers;  ///< names in lower case; at most 100, 64 KiB in all
    std::string detail;  ///< a clause for people without anything of the request that may be secret
    Milliseconds took{};
};

/// Asks a web server as somebody outside would. Thread-safe.
class HttpProber {
public:
    virtual ~HttpProber() = default;
    /// Blocks for `probe.timeout` at most; `cancelled` is asked at least ten times a second.
    /// Nothing when it was cancelled.
    [[nodiscard]] virtual std::optional<ProbeAnswer> probe(
        const HttpProbe& probe, const std::function<bool()>& cancelled) const = 0;
};

}  // namespace orch

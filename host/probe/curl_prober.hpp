#pragma once

#include "core/probe.hpp"

namespace orch {

/// Probes with libcurl (docs/adr/0015): GET by HTTP/1.1, http and https alone, no redirect
/// followed, no proxy, no cookie, a connection of its own each time. libcurl is loaded by the first
/// probe, which throws Error when there is none. orchd ignores SIGPIPE.
class CurlProber final : public HttpProber {
public:
    [[nodiscard]] std::optional<ProbeAnswer> probe(
        const HttpProbe& probe, const std::function<bool()>& cancelled) const override;
};

}  // namespace orch

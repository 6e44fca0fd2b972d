#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/probe.hpp"
#include "probe/outcome.hpp"

namespace orch {

/// One GET with libcurl. Used once, by one thread.
class Transfer {
public:
    /// `probe` outlives it. Throws Error when libcurl has no memory or no descriptors.
    explicit Transfer(const HttpProbe& probe);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Blocks until it is over; nothing when it was cancelled. Asks `cancelled` every 50 ms. The
    /// target and the timeout of the end are for the caller to fill in.
    [[nodiscard]] std::optional<ProbeEnd> run(const std::function<bool()>& cancelled);
    /// Status, headers and body as far as they came.
    [[nodiscard]] ProbeAnswer takeAnswer();

private:
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

}  // namespace orch

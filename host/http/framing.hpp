#pragma once

#include <cstddef>
#include <optional>

#include "http/exchange.hpp"
#include "http/head.hpp"

namespace orch {

struct FramingLimits {
    std::size_t uri = 4096;
    std::size_t body = 1'000'000;
};

/// What is wrong with where this request ends, if anything: two readers of the same bytes must
/// never disagree about it (request smuggling), so whatever is doubtful is refused and the
/// connection closed. A body needs one plain Content-Length; Transfer-Encoding is not taken.
[[nodiscard]] std::optional<Reply> framingProblem(const Head& head, const FramingLimits& limits);

}  // namespace orch

#pragma once

#include <string>

#include "core/gates.hpp"

namespace orch {

/// Reads {"verdict":"approve"|"reject","head":"…","findings":["…"]}, also between the fences
/// ```json and ```. The trouble says what is wrong: "it is not JSON (line 3, column 1: a value is
/// expected)".
[[nodiscard]] Observed<Review> parseReview(const std::string& content);

}  // namespace orch

#pragma once

#include <string>

#include "http/exchange.hpp"
#include "http/fields.hpp"

namespace orch {

/// The body of a verb: {"by": "me", "comment": "…"}.
struct Order {
    std::string by;  ///< "operator" when the body does not say
    std::string comment;
};
[[nodiscard]] Order readOrder(const Request& request, Need comment);

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestTitle = 300;
constexpr std::size_t kLongestText = 100'000;

}  // namespace orch

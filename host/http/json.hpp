#pragma once

#include <nlohmann/json.hpp>

#include "http/exchange.hpp"

namespace orch {

/// Objects keep the order in which their fields were written. For the .cpp files of http only.
using Json = nlohmann::ordered_json;

/// Bytes that are not valid UTF-8 become U+FFFD.
[[nodiscard]] Reply jsonReply(const Json& value, int status = 200);

}  // namespace orch

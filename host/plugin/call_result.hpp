#pragma once

#include <cstdint>
#include <string>

namespace orch {

/// The answer to a plugin's call.
struct CallResult {
    std::int32_t status{};  ///< ORCH_OK or what orch/plugin.h has for calls
    std::string reply;      ///< a JSON object, or a sentence with anything but ORCH_OK
};

}  // namespace orch

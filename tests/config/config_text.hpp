#pragma once

#include <string>

#include "base/error.hpp"
#include "config/config.hpp"

namespace orch::testing {

inline Config parse(const std::string& text, const Environment& environment = {}) {
    return parseConfig(text, "f.yaml", environment);
}

/// What a text is refused with; "accepted" when it is not.
inline std::string refusal(const std::string& text, const Environment& environment = {}) {
    try {
        (void)parse(text, environment);
        return "accepted";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

}  // namespace orch::testing

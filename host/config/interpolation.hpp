#pragma once

#include <string>

#include "config/config.hpp"

namespace orch {

struct Interpolated {
    std::string text;
    bool from_environment = false;  ///< a variable's value is part of it
    std::string problem;            ///< what stopped it; empty: nothing
};

/// Replaces each ${NAME} by the variable's value; "$${" stands for a plain "${". A missing or empty
/// variable is a problem that names it.
[[nodiscard]] Interpolated interpolate(const std::string& text, const Environment& environment);
/// The reverse for a text without variables: loading the result gives `text` again.
[[nodiscard]] std::string escapeReferences(const std::string& text);

}  // namespace orch

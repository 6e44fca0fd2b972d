#pragma once

#include <string>

#include "config/section.hpp"
#include "core/confinement.hpp"

namespace orch {

// The keys that agents and checks have in common.

[[nodiscard]] Confine readConfine(Section& section, Confine fallback);
/// A user's name, empty when there is none.
[[nodiscard]] std::string readRunAs(Section& section);

}  // namespace orch

#pragma once

#include "core/gates.hpp"

namespace orch {

// Gates about what a change holds. A person's answer to them is about one head, in whatever stage
// it was given.

/// Nothing protected is changed, or a person approved exactly this head.
[[nodiscard]] Verdict protectedGate(const Facts& facts);
/// No commit adds a secret.
[[nodiscard]] Verdict secretsGate(const Facts& facts);

}  // namespace orch

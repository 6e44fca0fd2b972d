#pragma once

#include "core/gates.hpp"

namespace orch {

// Gates about the way to the base branch and into production.

/// The evidence that a verdict is about a quarantined version goes by this name.
inline constexpr const char* kQuarantined = "quarantined";

[[nodiscard]] Verdict checkGate(const Facts& facts);
[[nodiscard]] Verdict mergeableGate(const Facts& facts);
[[nodiscard]] Verdict mergedGate(const Facts& facts);
[[nodiscard]] Verdict deployedGate(const Facts& facts);

}  // namespace orch

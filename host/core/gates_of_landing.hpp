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

/// Asks every stage that was passed about the head that is to land (S8): the verdict that sends the
/// task back to the first that is not green; nothing when all of them hold.
[[nodiscard]] std::optional<Verdict> voidGate(const Facts& facts);
/// What the merge commit says of the gates that were passed: names and values.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> trailersOf(const Facts& facts);

}  // namespace orch

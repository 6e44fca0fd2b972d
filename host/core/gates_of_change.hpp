#pragma once

#include "core/gates.hpp"

namespace orch {

// Gates about what a change holds. A person's answer to them is about one head and all that was
// shown of it, in whatever stage it was given.

/// What such answers are bound to (Approval::bound_to). `facts.work` has a head.
[[nodiscard]] std::vector<std::string> bindingsOfAnswers(const Facts& facts);

/// Nothing protected is changed, or a person approved exactly these paths of exactly this head: a
/// base that moves may make another path of it.
[[nodiscard]] Verdict protectedGate(const Facts& facts);
/// No commit adds a secret.
[[nodiscard]] Verdict secretsGate(const Facts& facts);

}  // namespace orch

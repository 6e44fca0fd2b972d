#pragma once

#include "core/gates.hpp"

namespace orch {

// Gates about what an agent left.

/// Red for work that could not become part of the base, whatever else is said of it. `facts.work`
/// is there.
[[nodiscard]] std::optional<Verdict> unfitWork(const Facts& facts);

/// The stage's agent must have done its work before any gate is asked; nothing when it has.
[[nodiscard]] std::optional<Verdict> agentVerdict(const Facts& facts);
[[nodiscard]] Verdict artefactGate(const Facts& facts);
[[nodiscard]] Verdict humanApprovalGate(const Facts& facts);
[[nodiscard]] Verdict committedGate(const Facts& facts);
[[nodiscard]] Verdict reviewVerdictGate(const Facts& facts);

}  // namespace orch

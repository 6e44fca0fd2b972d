#pragma once

#include "core/gates.hpp"

namespace orch {

// The ways a gate answers, for who writes gates.

[[nodiscard]] Verdict green(std::string reason, Evidence evidence);
/// `findings`: what the next attempt should mend.
[[nodiscard]] Verdict red(std::string reason, std::vector<std::string> findings, Evidence evidence);
/// orchd has to run something first.
[[nodiscard]] Verdict needs(WorkKind work, std::string reason);
[[nodiscard]] Verdict pending(std::string reason);
/// Could not be judged this time.
[[nodiscard]] Verdict unclear(std::string reason);
/// Could not be judged and will not change by itself: a person has to look.
[[nodiscard]] Verdict stuck(std::string reason, Evidence evidence);

/// Pending on a job that is not over.
[[nodiscard]] Verdict waitsFor(const Job& job);
[[nodiscard]] Evidence jobEvidence(const Job& job);
[[nodiscard]] std::string jobName(const Job& job);  ///< "check job 7"

}  // namespace orch

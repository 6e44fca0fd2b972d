#pragma once

#include <string>

#include "core/gates.hpp"

namespace orch {

/// What follows a verdict: the only place that decides where a task goes next.
struct Follow {
    enum class Kind {
        kWait,     ///< nothing to do until something else happens
        kRun,      ///< run `work` for the stage
        kAdvance,  ///< to `to`, or "done"
        kRework,   ///< back to `to` with the findings
        kRetest,   ///< back to `to` because the base moved: not charged
        kPark,     ///< a human is needed, `reason` says why
        kLater,    ///< look again after `after`
    };
    Kind kind{};
    WorkKind work{};
    std::string to;
    std::string reason;
    Progress progress;  ///< the task's, after this
    Milliseconds after{};
};

/// Pure. `pipeline` names the way; limits, fingerprints and brakes are applied here.
[[nodiscard]] Follow follow(const Facts& facts,
                            const Verdict& verdict,
                            const PipelineDef& pipeline);

/// The outcome of a stage: same head, same artefact, same verdict of the same gate. Logs and words
/// are left out: they differ where nothing moved.
[[nodiscard]] std::string fingerprintOf(const Facts& facts, const Verdict& verdict);

}  // namespace orch

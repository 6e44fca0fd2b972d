#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "core/job.hpp"

namespace orch {

enum class Colour {
    kGreen,
    kRed,      ///< judged and not good enough: rework
    kPending,  ///< waits for something that will come by itself, or for `needs`
    kHuman,    ///< waits for a person
    kUnclear,  ///< could not be judged: never charged to the task, never advances it
};

/// Pairs for people and scripts: {"head","3fa9c1e…"}, {"job","7"}. Shown in the order given.
using Evidence = std::vector<std::pair<std::string, std::string>>;

/// What one gate says about one state of the work.
struct Verdict {
    std::string gate;
    Colour colour{};
    std::string reason;                 ///< a clause for people, never empty
    std::vector<std::string> findings;  ///< with kRed: what the next attempt should mend
    Evidence evidence;                  ///< names the shas and artefact hashes it is about
    std::optional<WorkKind> needs;      ///< with kPending: work that orchd itself must run first
    std::string target;  ///< with kRed: the stage to go back to, if not the usual one
    /// With kRed and a target: from there on it is judged anew, so the same outcome as before is no
    /// lack of progress.
    bool anew = false;
    bool stuck = false;  ///< with kUnclear: it will not change by itself
    /// With kPending: nobody will tell when it changes, so it is looked at again after so long.
    std::optional<Milliseconds> again;
    std::string notice;  ///< with `again`: people are told the reason, once for all with this key
};

/// The verdict of a whole stage: the first red, else the first unclear, pending, human in this
/// order, else green. Never empty: a stage without gates is green "no gates".
[[nodiscard]] Verdict combine(const std::vector<Verdict>& verdicts);

/// A person said yes to exactly this. Only tracker, forge and operator events construct one.
struct Approval {
    std::string by;
    bool approve{};        ///< false: rejected
    std::string bound_to;  ///< the artefact's hash, or the head's sha
    std::string comment;
    Instant at{};
};

}  // namespace orch

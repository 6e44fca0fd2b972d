#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace orch {

enum class TaskState { kActive, kPaused, kParked, kDone, kCancelled };
/// Nothing is ever done for it again.
[[nodiscard]] constexpr bool isOver(TaskState state) {
    return state == TaskState::kDone || state == TaskState::kCancelled;
}

/// What the brakes remember of a task; kept across restarts.
struct Progress {
    std::map<std::string, int> edges;  ///< "review>development" → how often a red gate went back
    int total = 0;                     ///< over all edges
    std::map<std::string, std::string> fingerprints;  ///< stage → its last outcome's fingerprint
    int unclear = 0;                                  ///< unclear verdicts in a row
    int retests = 0;  ///< since its last work: tested again because somebody else landed
};

/// A work item on its way.
struct Task {
    TaskId id{};
    std::string project, title, description;
    std::string stage;  ///< "done" after the last
    TaskState state{};
    int version = 0;       ///< +1 a change; what commits compare
    int visit = 0;         ///< +1 a stage entered; jobs carry it
    std::string reason;    ///< why it is parked or paused; never empty then
    std::string feedback;  ///< what the last red gate or person asked for
    Progress progress;
    std::optional<AttemptKey> blocked_by;  ///< an attempt of it that may still be alive
    std::string merge_sha;                 ///< of its landing
    std::string deployed_version;
    Instant created_at{}, stage_since{}, changed_at{};

    [[nodiscard]] std::string branch() const { return "orch/" + name(id); }
};

}  // namespace orch

#pragma once

#include <string>
#include <string_view>

#include "pipeline/running_jobs.hpp"

namespace orch {

/// Why somebody holds that an attempt is over. He names no outcome: that is what is found.
enum class FlipCause {
    kExitRecord,
    kProcessDied,
    kPidReused,
    kSpawnLost,
    kOtherBoot,
    kMaxRunning,
    kUnknownLiveness
};
/// "exit_record", "process_died", …
[[nodiscard]] std::string_view nameOf(FlipCause cause);

enum class FlipResult {
    kFinished,
    kExitWon,   ///< finished, and by the exit record that was there
    kLostRace,  ///< somebody was first, or it is not the same process any more
    kAlive,     ///< its lock is held, or its process lives
    kRefused,   ///< what the cause claims is not so, cannot be told, or may not be done any more
    kStarting   ///< this orchd is still at it
};

/// What follows from a cause and what was seen just now.
struct FlipVerdict {
    FlipResult result{};  ///< kFinished and kExitWon: `ended` is to be committed
    std::string why;      ///< a clause for people
    Ended ended;
    bool block = false;  ///< something of it may run on: its task waits, and it is ended
    bool alert = false;  ///< people are told
};

/// Pure. An exit record that exists once the lock is not held wins over every cause; a held lock
/// wins over all but the two that are about time.
[[nodiscard]] FlipVerdict judgeFlip(FlipCause cause, const RunningJob& seen);

}  // namespace orch

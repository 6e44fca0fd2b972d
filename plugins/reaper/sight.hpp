#pragma once

#include <string>

#include "orch/types.hpp"

namespace orch::reaper {

/// What one look at an attempt says of it, before any counting.
enum class State {
    kEnded,    ///< it left a valid exit record: a fact
    kAlive,    ///< seen alive
    kDead,     ///< seen dead, which is believed only after `cause`'s number of ticks
    kUnknown,  ///< nobody can tell: nothing follows from it but that it may be overdue
    kInHand    ///< orchd is at it right now: nothing follows at all
};
struct Sight {
    State state{};
    Cause cause{};    ///< with kEnded and kDead: why it would be over
    std::string why;  ///< a clause for people: "its process is gone"
};

/// `spawn_grace`: how long an attempt may be without a process after it was claimed.
[[nodiscard]] Sight sightOf(const RunningJob& job, Milliseconds spawn_grace);

}  // namespace orch::reaper

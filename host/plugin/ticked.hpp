#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"

namespace orch {

/// One plugin's place in the scheduler. Never used twice, so a report of somebody who has left is
/// nobody else's.
enum class TickedId : std::int64_t {};

struct TickRhythm {
    Milliseconds interval{};  ///< > 0
    Milliseconds timeout{};   ///< the longest one entry may take; > 0
};

/// How an entry into a plugin ended.
struct EntryEnd {
    bool ok = true;
    std::string error;  ///< of one that failed: what was thrown or returned
};

/// A plugin that keeps failing is left alone for a while, or has come out of it.
struct QuarantineNote {
    enum class Kind {
        kBegun,   ///< tell people
        kLonger,  ///< it failed again when it was tried: still the same trouble
        kOver     ///< it works again: tell people
    } kind{};
    std::string plugin;
    std::int64_t failures{};  ///< in a row; with kOver: how many it had been
    Milliseconds wait{};      ///< not with kOver
    std::string error;        ///< the last one
    /// "plugin reaper is left alone for 1 m after 3 failures in a row; the last: …"
    [[nodiscard]] std::string sentence() const;
};

/// What people see of one plugin's ticks.
struct TickStatus {
    std::int64_t ticks = 0;     ///< that have ended
    std::int64_t missed = 0;    ///< grid points that a late or long tick passed over
    std::int64_t failures = 0;  ///< of any entry: thrown, bad return, past its deadline
    std::int64_t failures_in_a_row = 0;
    std::optional<Instant> since;                                 ///< when the first tick began
    std::optional<Instant> last_tick;                             ///< when it began
    std::optional<Milliseconds> next_in;                          ///< nothing while off or busy
    std::optional<std::chrono::microseconds> late_p99, tick_p50;  ///< of the last 256
    std::string last_error;
    std::string hung;        ///< empty, or the sentence of Scheduler::hung()
    std::string quarantine;  ///< empty, or "left alone until 2026-…Z after 3 failures in a row"
};

}  // namespace orch

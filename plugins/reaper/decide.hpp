#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/mass_guard.hpp"
#include "common/remark.hpp"
#include "orch/types.hpp"
#include "reaper/sight.hpp"

// The reaper's rules, without any input or output: the same arguments give the same answer.

namespace orch::reaper {

struct Policy {
    int dead_ticks = 3;  ///< ticks in a row a process must be seen dead; at least 1
    /// The longest an attempt may run. Nothing: 2 h, but never sooner than the attempt's own limit,
    /// which its shim enforces, and 5 min.
    std::optional<Milliseconds> max_running;
    std::map<std::string, Milliseconds> max_running_by_stage;  ///< beats max_running
    Milliseconds spawn_grace{30'000};

    /// Nothing younger passes any limit of how long it may run.
    [[nodiscard]] Milliseconds shortestLimit() const;
};
[[nodiscard]] Milliseconds maxRunning(const RunningJob& job, const Policy& policy);

/// When a tick is. Looks that follow each other faster than half the interval count as one.
struct Moment {
    Milliseconds awake{};     ///< CLOCK_MONOTONIC, which stands still while the machine sleeps
    Milliseconds interval{};  ///< usual between ticks; 0: every tick counts
};

struct Attempt {
    std::int64_t job{};
    int number{};
    auto operator<=>(const Attempt&) const = default;
};
/// "7.2"
[[nodiscard]] std::string name(const Attempt& attempt);

/// What is remembered of an attempt between ticks. A new orchd begins with nothing: that delays and
/// never hastens.
struct Suspicion {
    int streak = 0;  ///< ticks in a row that saw it dead; those that could not tell left out
    Milliseconds counted{};  ///< when the last tick of the streak was
    Sight sight;             ///< the last one
    bool told_damaged = false, told_foreign = false;
};
struct Memory {
    std::map<Attempt, Suspicion> attempts;  ///< of all that run
    common::MassGuard<Attempt> guard;
    bool blind = false;  ///< orchd did not see itself alive at the last tick
};

struct Decided {
    std::vector<FinishOrder> orders;  ///< at most one an attempt, in the order they were seen
    std::vector<common::Remark> remarks;
    std::vector<Notice> notices;
    Memory memory;
};

[[nodiscard]] Decided decide(const Running& seen,
                             const Policy& policy,
                             Moment now,
                             const Memory& memory);

}  // namespace orch::reaper

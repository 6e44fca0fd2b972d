#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace orch {

/// When the ticks of one plugin are due: on a grid that begins at `start` and never drifts,
/// whatever the ticks before took. Awake time: a machine that sleeps misses nothing.
class TickSchedule {
public:
    /// Throws std::invalid_argument unless `interval` > 0.
    TickSchedule(AwakeTime start, Milliseconds interval);

    /// The first grid point after `now`; `start` itself while `now` is before it.
    [[nodiscard]] AwakeTime after(AwakeTime now) const;
    /// How many grid points lie after `point`, which is one itself, up to and with `now`.
    [[nodiscard]] std::int64_t passedSince(AwakeTime point, AwakeTime now) const;
    [[nodiscard]] Milliseconds interval() const { return interval_; }

private:
    AwakeTime start_;
    Milliseconds interval_;
};

}  // namespace orch

#pragma once

#include <chrono>
#include <cstdint>

#include "orch/plugin.h"

namespace orch {
inline namespace sdk {

/// One entry's place in time, read once by orchd before the entry began. Valid until the entry
/// returns; do not keep it.
class Tick {
public:
    using Milliseconds = std::chrono::milliseconds;

    explicit Tick(const orch_tick& tick) noexcept : tick_(&tick) {}

    /// 1 for the first tick of this generation.
    [[nodiscard]] std::uint64_t number() const { return tick_->number; }
    /// Ticks that were due since the last one and were left out.
    [[nodiscard]] std::uint64_t missed() const { return tick_->missed; }
    /// Stands still while the machine sleeps: for streaks and how long something works.
    [[nodiscard]] Milliseconds awake() const { return Milliseconds{tick_->awake_ms}; }
    /// Goes on while the machine sleeps: for what expires.
    [[nodiscard]] Milliseconds boot() const { return Milliseconds{tick_->boot_ms}; }
    /// For display; decides nothing.
    [[nodiscard]] std::chrono::system_clock::time_point wall() const {
        return std::chrono::system_clock::time_point{Milliseconds{tick_->wall_ms}};
    }
    /// When the entry has to be over; as awake().
    [[nodiscard]] Milliseconds deadline() const { return Milliseconds{tick_->deadline_ms}; }
    /// The entry should return soon. Any thread; once true it stays so.
    [[nodiscard]] bool cancelled() const {
        return tick_->cancelled != nullptr && tick_->cancelled(tick_->context) != 0;
    }
    /// mode: observe: whatever is ordered is journalled and not done. Decide as always.
    [[nodiscard]] bool observing() const { return (tick_->flags & ORCH_TICK_OBSERVE) != 0; }
    /// This generation is new, or was in quarantine, and is being watched.
    [[nodiscard]] bool probation() const { return (tick_->flags & ORCH_TICK_PROBATION) != 0; }

private:
    const orch_tick* tick_;
};

}  // namespace sdk
}  // namespace orch

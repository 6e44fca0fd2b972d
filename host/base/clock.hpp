#pragma once

#include <chrono>
#include <cstdint>

namespace orch {

/// The timeline of everything that is stored. It starts at the wall clock of the first start after
/// a boot and then follows CLOCK_BOOTTIME, so a change of the wall clock never moves it (ADR 0002).
struct StoredTimeline {
    using duration = std::chrono::milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<StoredTimeline, duration>;
    static constexpr bool is_steady = true;
};

using Milliseconds = std::chrono::milliseconds;
/// A stored moment: milliseconds on the StoredTimeline.
using Instant = StoredTimeline::time_point;
/// A moment of CLOCK_MONOTONIC: it stands still while the machine sleeps.
using AwakeTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

/// One reading of all clocks. `wall` is for display and never decides anything.
struct Now {
    Instant at;
    AwakeTime awake;
    WallTime wall;
};

/// Who tells the time. Loops hold a Clock, read it once a pass and hand `now` down.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Now now() const = 0;
};

/// CLOCK_BOOTTIME in milliseconds.
[[nodiscard]] std::int64_t bootMilliseconds();

/// The machine's clocks. `offset` is what to add to CLOCK_BOOTTIME to get the StoredTimeline
/// (store/timeline.hpp keeps it across restarts).
class SystemClock final : public Clock {
public:
    explicit SystemClock(Milliseconds offset) : offset_(offset) {}
    [[nodiscard]] Now now() const override;

private:
    Milliseconds offset_;
};

[[nodiscard]] constexpr std::int64_t toMilliseconds(Instant at) {
    return at.time_since_epoch().count();
}
/// Comparable within one boot only.
[[nodiscard]] inline std::int64_t toMilliseconds(AwakeTime at) {
    return std::chrono::duration_cast<Milliseconds>(at.time_since_epoch()).count();
}
[[nodiscard]] constexpr Instant fromMilliseconds(std::int64_t ms) {
    return Instant{Milliseconds{ms}};
}

/// What the wall clock showed at `at`, judged by `now`: for display only.
[[nodiscard]] WallTime wallTimeOf(Instant at, const Now& now);

}  // namespace orch

#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "store/connection.hpp"

namespace orch {

/// What a database remembers of its StoredTimeline.
struct TimelineRecord {
    std::string boot_id;
    Milliseconds offset{};  ///< what was added to CLOCK_BOOTTIME during that boot
    Instant last_seen{};    ///< no stored moment is kSeenEvery or more after it
};
/// What the machine's clocks show at a start.
struct BootReading {
    std::string boot_id;
    Milliseconds since_boot{};
    Milliseconds wall{};  ///< since 1970
};

/// `last_seen` is brought up to date this often at most, in the transaction that needs it.
constexpr Milliseconds kSeenEvery{std::chrono::minutes{1}};

/// What to add to CLOCK_BOOTTIME: within one boot always the same, whatever the wall clock does;
/// after another boot the wall clock's, but never so that a moment comes before a stored one.
[[nodiscard]] Milliseconds timelineOffset(const std::optional<TimelineRecord>& kept,
                                          const BootReading& reading);

[[nodiscard]] std::optional<TimelineRecord> readTimeline(Connection& db);
void writeTimeline(Connection& db, const TimelineRecord& record);
void writeLastSeen(Connection& db, Instant at);

/// The offset for this start, kept in the database by the first start after a boot. In a
/// transaction of the caller's.
[[nodiscard]] Milliseconds openTimeline(Connection& db, const BootReading& reading);

}  // namespace orch

#include "store/timeline.hpp"

#include <algorithm>

#include "store/meta.hpp"

namespace orch {

Milliseconds timelineOffset(const std::optional<TimelineRecord>& kept, const BootReading& reading) {
    if (!kept) return reading.wall - reading.since_boot;
    if (kept->boot_id == reading.boot_id) return kept->offset;
    const auto at_least = kept->last_seen.time_since_epoch() + kSeenEvery;
    return std::max(reading.wall, at_least) - reading.since_boot;
}

std::optional<TimelineRecord> readTimeline(Connection& db) {
    const auto boot_id = readMeta(db, meta_key::kBootId);
    const auto offset = readMetaNumber(db, meta_key::kBootOffset);
    const auto last_seen = readMetaNumber(db, meta_key::kLastSeen);
    if (!boot_id || !offset || !last_seen) return std::nullopt;
    return TimelineRecord{*boot_id, Milliseconds{*offset}, fromMilliseconds(*last_seen)};
}

void writeTimeline(Connection& db, const TimelineRecord& record) {
    writeMeta(db, meta_key::kBootId, record.boot_id);
    writeMeta(db, meta_key::kBootOffset, std::to_string(record.offset.count()));
    writeLastSeen(db, record.last_seen);
}

void writeLastSeen(Connection& db, Instant at) {
    writeMeta(db, meta_key::kLastSeen, std::to_string(toMilliseconds(at)));
}

// Within a boot there is nothing to write, and so a start costs no fsync.
Milliseconds openTimeline(Connection& db, const BootReading& reading) {
    const auto kept = readTimeline(db);
    const auto offset = timelineOffset(kept, reading);
    if (kept && kept->boot_id == reading.boot_id) return offset;
    writeTimeline(db, {reading.boot_id, offset, Instant{reading.since_boot + offset}});
    return offset;
}

}  // namespace orch

#include "store/timeline.hpp"

#include <sqlite3.h>

#include <random>

#include "store_fixture.hpp"

namespace orch::testing {

constexpr Milliseconds kWall{1'700'000'000'000};

BootReading reading(std::string boot, Milliseconds since_boot, Milliseconds wall) {
    return {std::move(boot), since_boot, wall};
}

TEST(TimelineTest, BeginsAtTheWallClock) {
    EXPECT_EQ(timelineOffset(std::nullopt, reading("a", 500ms, kWall)) + 500ms, kWall);
}

TEST(TimelineTest, ID6WallClockChangesNothingWithinABoot) {
    const TimelineRecord kept{"a", 1234ms, fromMilliseconds(99)};
    for (const auto jump : {-24h, 0h, 24h}) {
        EXPECT_EQ(timelineOffset(kept, reading("a", 7s, kWall + jump)), 1234ms);
    }
}

TEST(TimelineTest, AfterARebootTheWallClockCountsAgain) {
    const TimelineRecord kept{"a", 1234ms, fromMilliseconds(99)};
    EXPECT_EQ(timelineOffset(kept, reading("b", 7s, kWall)) + 7s, kWall);
}

TEST(TimelineTest, RebootWithAWallClockFromThePastDoesNotGoBack) {
    const TimelineRecord kept{"a", 0ms, Instant{kWall}};
    const auto offset = timelineOffset(kept, reading("b", 7s, kWall - 48h));
    EXPECT_GE(Instant{7s + offset}, Instant{kWall} + kSeenEvery);
}

// proves X1
TEST(TimelineTest, ID6TimeNeverRunsBackwardsOverAnyRowOfJumpsRestartsAndReboots) {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same walk every time
    const auto upTo = [&](int limit) { return std::uniform_int_distribution(0, limit)(random); };
    BootReading machine{"0", 0ms, kWall};
    std::optional<TimelineRecord> kept;
    Instant latest{};
    for (int i = 0; i < 10'000; ++i) {
        const Milliseconds step{upTo(50'000)};  // shorter than kSeenEvery: not always kept
        machine.since_boot += step;
        machine.wall += step + Milliseconds{(upTo(2) - 1) * 86'400'000};
        if (upTo(20) == 0) machine = {std::to_string(i), Milliseconds{upTo(9)}, machine.wall};
        const auto offset = timelineOffset(kept, machine);
        const Instant now{machine.since_boot + offset};
        ASSERT_GE(now, latest) << "step " << i;
        latest = now;
        const bool stale =
            kept && kept->boot_id == machine.boot_id && now - kept->last_seen < kSeenEvery;
        kept = TimelineRecord{machine.boot_id, offset, stale ? kept->last_seen : now};
    }
}

struct KeptTimelineTest : RowsTest {};

TEST_F(KeptTimelineTest, RestartWithinABootKeepsTheOffset) {
    const auto first = openTimeline(db, reading("a", 500ms, kWall));
    EXPECT_EQ(openTimeline(db, reading("a", 900ms, kWall + 24h)), first);
}

TEST_F(KeptTimelineTest, RestartWithinABootWritesNothing) {
    (void)openTimeline(db, reading("a", 500ms, kWall));
    const auto written = sqlite3_total_changes(db.native());
    (void)openTimeline(db, reading("a", 900ms, kWall));
    EXPECT_EQ(sqlite3_total_changes(db.native()), written);
}

TEST_F(KeptTimelineTest, FirstStartAfterABootIsKept) {
    (void)openTimeline(db, reading("a", 500ms, kWall));
    const auto offset = openTimeline(db, reading("b", 7ms, kWall + 1h));
    EXPECT_EQ(readTimeline(db)->boot_id, "b");
    EXPECT_EQ(readTimeline(db)->offset, offset);
}

TEST_F(KeptTimelineTest, WhatWasKeptIsRead) {
    const auto offset = openTimeline(db, reading("a", 500ms, kWall));
    const auto kept = readTimeline(db);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->boot_id, "a");
    EXPECT_EQ(kept->offset, offset);
    EXPECT_EQ(kept->last_seen, Instant{kWall});
}

}  // namespace orch::testing

#include "core/tick_schedule.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace orch::testing {

using namespace std::chrono_literals;
constexpr AwakeTime kStart{1000s};

struct TickScheduleTest : ::testing::Test {
    const TickSchedule schedule{kStart, 10s};
};

TEST_F(TickScheduleTest, TheGridBeginsAtItsStart) {
    EXPECT_EQ(schedule.after(kStart - 1ns), kStart);
    EXPECT_EQ(schedule.after(kStart - 1h), kStart);
}

TEST_F(TickScheduleTest, APointIsFollowedByTheNextOne) {
    EXPECT_EQ(schedule.after(kStart), kStart + 10s);
    EXPECT_EQ(schedule.after(kStart + 10s - 1ns), kStart + 10s);
    EXPECT_EQ(schedule.after(kStart + 10s), kStart + 20s);
}

TEST_F(TickScheduleTest, PointsThatHavePassedAreSkipped) {
    EXPECT_EQ(schedule.after(kStart + 25s), kStart + 30s);
}

TEST_F(TickScheduleTest, LateTicksNeverMoveTheGrid) {
    auto due = kStart;
    for (int tick = 0; tick < 1000; ++tick) due = schedule.after(due + 3s + 7us);
    EXPECT_EQ(due, kStart + 1000 * 10s);
}

TEST_F(TickScheduleTest, PassedPointsAreCountedWithTheLastMoment) {
    EXPECT_EQ(schedule.passedSince(kStart, kStart), 0);
    EXPECT_EQ(schedule.passedSince(kStart, kStart + 10s - 1ns), 0);
    EXPECT_EQ(schedule.passedSince(kStart, kStart + 10s), 1);
    EXPECT_EQ(schedule.passedSince(kStart + 10s, kStart + 45s), 3);
    EXPECT_EQ(schedule.passedSince(kStart + 10s, kStart), 0);
}

TEST(TickScheduleIntervalTest, MustBePositive) {
    EXPECT_THROW(TickSchedule(kStart, 0ms), std::invalid_argument);
    EXPECT_THROW(TickSchedule(kStart, -1ms), std::invalid_argument);
}

}  // namespace orch::testing

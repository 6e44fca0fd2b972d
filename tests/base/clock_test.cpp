#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace orch {

using namespace std::chrono_literals;

TEST(SystemClock, StoredTimelineIsBootTimeMovedByTheOffset) {
    const SystemClock clock{1000s};
    const auto before = bootMilliseconds();
    const auto at = toMilliseconds(clock.now().at) - 1'000'000;
    EXPECT_GE(at, before);
    EXPECT_LE(at, bootMilliseconds());
}

TEST(SystemClock, AwakeTimeIsTheMonotonicClock) {
    const SystemClock clock{0ms};
    const auto before = AwakeTime::clock::now();
    const auto awake = clock.now().awake;
    EXPECT_GE(awake, before);
    EXPECT_LE(awake, AwakeTime::clock::now());
}

TEST(Instant, SurvivesItsStorage) {
    EXPECT_EQ(toMilliseconds(fromMilliseconds(-7)), -7);
}

TEST(WallTimeOf, CountsBackFromNow) {
    const Now now{fromMilliseconds(10'000), {}, WallTime{100s}};
    EXPECT_EQ(wallTimeOf(fromMilliseconds(4'000), now), WallTime{94s});
}

}  // namespace orch

#include "common/pace.hpp"

#include <gtest/gtest.h>

namespace orch::common {

using namespace std::chrono_literals;

TEST(PaceTest, IsUnknownUntilTwoTicksWereSeen) {
    Pace pace;
    EXPECT_EQ(pace.at(0s, 0), 0s);
    EXPECT_EQ(pace.at(30s, 0), 0s);
    EXPECT_EQ(pace.at(60s, 0), 30s);
}

TEST(PaceTest, OneLateTickDoesNotChangeIt) {
    Pace pace;
    for (const auto at : {0s, 30s, 60s, 90s, 149s, 150s}) (void)pace.at(at, 0);
    EXPECT_EQ(pace.at(180s, 0), 30s);
}

TEST(PaceTest, TicksThatWereLeftOutAreCounted) {
    Pace pace;
    (void)pace.at(0s, 0);
    (void)pace.at(90s, 2);
    EXPECT_EQ(pace.at(120s, 0), 30s);
}

TEST(PaceTest, ANewIntervalIsLearntAfterAFewTicks) {
    Pace pace;
    for (int i = 0; i <= 5; ++i) (void)pace.at(30s * i, 0);
    for (int i = 1; i <= 3; ++i) (void)pace.at(150s + 1s * i, 0);
    EXPECT_EQ(pace.at(154s, 0), 1s);
}

}  // namespace orch::common

#include "common/failures.hpp"

#include <gtest/gtest.h>

namespace orch::common {

using Names = Failures<std::string>;

TEST(FailuresTest, FiveTicksInARowAreToldOnce) {
    Names failures;
    int told = 0;
    for (int tick = 1; tick <= 20; ++tick) {
        EXPECT_EQ(failures.failed("a", "busy"), tick == 1);
        const auto report = failures.endTick();
        EXPECT_EQ(report.has_value(), tick == 5);
        told += report.has_value() ? 1 : 0;
    }
    EXPECT_EQ(told, 1);
}

TEST(FailuresTest, ATickThatWorkedBeginsAnew) {
    Names failures;
    for (int tick = 0; tick < 4; ++tick) {
        failures.failed("a", "busy");
        EXPECT_FALSE(failures.endTick());
    }
    EXPECT_FALSE(failures.endTick());
    EXPECT_TRUE(failures.failed("a", "busy"));
    EXPECT_FALSE(failures.endTick());
}

TEST(FailuresTest, OthersThatWorkDoNotHideTheOneThatFails) {
    Names failures;
    for (int tick = 1; tick <= 5; ++tick) {
        failures.failed("poison", "no");
        failures.failed("once " + std::to_string(tick), "no");
        const auto report = failures.endTick();
        EXPECT_EQ(report.has_value(), tick == 5);
        EXPECT_EQ(report ? report->key : "poison", "poison");
    }
}

TEST(FailuresTest, ANewEpisodeIsToldAgain) {
    Names failures;
    int told = 0;
    for (int episode = 0; episode < 2; ++episode) {
        for (int tick = 0; tick < 7; ++tick) {
            failures.failed("a", "busy");
            told += failures.endTick() ? 1 : 0;
        }
        EXPECT_FALSE(failures.endTick());
    }
    EXPECT_EQ(told, 2);
}

}  // namespace orch::common

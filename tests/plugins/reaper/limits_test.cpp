#include <gtest/gtest.h>

#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;

TEST(ReaperLimitsTest, TwoHoursWhenNothingIsSaid) {
    EXPECT_EQ(maxRunning(held(), {}), 2h);
}

TEST(ReaperLimitsTest, NeverSoonerThanTheShimEndsItItself) {
    auto job = held();
    job.limit = 3h;
    EXPECT_EQ(maxRunning(job, {}), 3h + 5min);
    job.limit = 30min;
    EXPECT_EQ(maxRunning(job, {}), 2h);
}

TEST(ReaperLimitsTest, WhatIsGivenIsMeantLiterally) {
    auto job = held();
    job.limit = 3h;
    EXPECT_EQ(maxRunning(job, {.max_running = 1h}), 1h);
}

TEST(ReaperLimitsTest, AStageMayHaveALimitOfItsOwn) {
    const Policy policy{.max_running = 1h, .max_running_by_stage = {{"development", 4h}}};
    auto job = held();
    EXPECT_EQ(maxRunning(job, policy), 4h);
    job.stage = "review";
    EXPECT_EQ(maxRunning(job, policy), 1h);
}

}  // namespace orch::reaper

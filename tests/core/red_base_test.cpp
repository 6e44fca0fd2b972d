#include "core/red_base.hpp"

#include <gtest/gtest.h>

namespace orch::testing {

using namespace std::chrono_literals;

struct RedBaseTest : ::testing::Test {
    /// A check that ended that long ago.
    static Job check(JobStatus status, Milliseconds ago, const std::string& base = "3fa9c1e") {
        Job job;
        job.project = "greeter";
        job.payload.base = base;
        job.status = status;
        job.reason = "exit 2";
        if (isFinal(status)) job.finished_at = kNow - ago;
        if (status == JobStatus::kFailed) job.exit_code = 2;
        return job;
    }
    static Job red(Milliseconds ago, const std::string& base = "3fa9c1e") {
        return check(JobStatus::kFailed, ago, base);
    }
    static constexpr Instant kNow{100h};
};

TEST_F(RedBaseTest, ItIsRedSinceTheFirstOfItsLastRedChecks) {
    const auto found = redBase({red(5min), red(40min), red(70min), red(90min, "older")}, kNow);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->project, "greeter");
    EXPECT_EQ(found->base, "3fa9c1e");
    EXPECT_EQ(found->since, kNow - 70min);
    EXPECT_EQ(found->checked, kNow - 5min);
    EXPECT_EQ(found->reason, "exit 2");
}

TEST_F(RedBaseTest, AGreenCheckEndsIt) {
    EXPECT_FALSE(redBase({check(JobStatus::kSucceeded, 1min), red(5min)}, kNow));
    EXPECT_EQ(redBase({red(1min), check(JobStatus::kSucceeded, 5min), red(9min)}, kNow)->since,
              kNow - 1min);
}

TEST_F(RedBaseTest, AnOldOneIsNewsOnlyWhileItIsCheckedAgain) {
    EXPECT_TRUE(redBase({red(60min)}, kNow));
    EXPECT_FALSE(redBase({red(61min)}, kNow));
    EXPECT_TRUE(redBase({check(JobStatus::kRunning, 0s), red(61min)}, kNow));
}

TEST_F(RedBaseTest, ACheckThatCouldNotBeJudgedSaysNothing) {
    EXPECT_FALSE(redBase({}, kNow));
    EXPECT_FALSE(redBase({check(JobStatus::kLost, 1min), red(5min)}, kNow));
    auto lost = red(1min);
    lost.lost_count = 1;
    EXPECT_FALSE(redBase({lost}, kNow));
    EXPECT_TRUE(redBase({check(JobStatus::kTimedOut, 1min)}, kNow));
}

}  // namespace orch::testing

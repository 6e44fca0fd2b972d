#include <gmock/gmock.h>

#include "model/queue_model.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

using Drop = QueueModel::Drop;

// proves Q1, R3, X1: claim, finish and flip in every order, with a crash at every point between
TEST(QueueInterleavingsTest, NoOrderOfClaimFinishFlipAndCrashRunsAJobTwiceAtOnceOrLosesIt) {
    const auto result = QueueModel({.crashes = 1, .looks = 1}).explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 1000U);
}

// proves R3: with two stale views of the reaper's
TEST(QueueInterleavingsTest, NoOrderOfTwoFlipsRunsAJobTwiceAtOnceOrLosesIt) {
    const auto result = QueueModel({.crashes = 0}).explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 500U);
}

// proves R3: with cancels between, too
TEST(QueueInterleavingsTest, NoOrderOfFlipAndCancelLetsACancelledJobGoOn) {
    const auto result = QueueModel({.crashes = 0, .cancels = 1, .looks = 1}).explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 500U);
}

struct DroppedGuard {
    const char* what;
    Drop drop;
    const char* objection;
};
struct DroppedGuardTest : ::testing::TestWithParam<DroppedGuard> {};

TEST_P(DroppedGuardTest, IsObjectedTo) {
    const auto& [what, drop, objection] = GetParam();
    const auto result = QueueModel({.crashes = 0, .drop = drop}).explore();
    EXPECT_THAT(result.violation, HasSubstr(objection));
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    DroppedGuardTest,
    ::testing::Values(DroppedGuard{"Attempt", Drop::kAttemptGuard, "was flipped for"},
                      DroppedGuard{"InHand", Drop::kInHand, "the exit record did not win"},
                      DroppedGuard{"ExitRecord", Drop::kExitRecord, "the exit record did not win"},
                      DroppedGuard{"Block", Drop::kBlock, "two agents of one job are alive"},
                      DroppedGuard{"Verify", Drop::kVerify, "two agents of one job are alive"}),
    [](const auto& each) { return each.param.what; });

}  // namespace orch::testing

#include <gmock/gmock.h>

#include "model/queue_model.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

// proves Q1, R3, X1: claim, finish and flip in every order, with a crash at every point between
TEST(QueueInterleavingsTest, NoOrderOfClaimFinishFlipAndCrashRunsAJobTwiceAtOnceOrLosesIt) {
    const auto result = QueueModel({.crashes = 2}).explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 1000U);
}

TEST(QueueInterleavingsTest, TheCheckerObjectsWhenTheFlipForgetsTheAttempt) {
    const auto result = QueueModel({.crashes = 0, .guarded = false}).explore();
    EXPECT_THAT(result.violation, HasSubstr("was flipped for"));
}

}  // namespace orch::testing

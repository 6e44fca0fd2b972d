#include <gmock/gmock.h>

#include <cstdlib>

#include "model/lease_model.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

LeaseModel::Result explore(LeaseModel::Options options) {
    auto result = LeaseModel(options).explore();
    ::testing::Test::RecordProperty("states", std::to_string(result.states));
    return result;
}

bool patient() {
    return std::getenv("ORCH_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

/// How the checker objects when one safeguard is left out.
std::string without(Drop drop, LeaseModel::Options options = {.observer = false}) {
    options.drop = drop;
    return explore(options).violation;
}

// proves L1, L2, L3: M-1 and M-7 in every order of steps
TEST(LeaseInterleavingsTest, NoOrderOfStepsDeathsAndTimeLetsTwoHoldTheLease) {
    const auto result = explore({.ticks = 6, .deaths = 2, .observer = false});
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 10'000U);
}

// proves L2: M-6 and M-7, by an observer that is as late and as wrong as can be
TEST(LeaseInterleavingsTest, NoReclaimEverDeletesMoreThanTheStaleLeaseThatWasSeen) {
    const auto result = explore({.ticks = patient() ? 6 : 4, .deaths = patient() ? 2 : 1});
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 50'000U);
}

// proves L1: three at once; takes a minute and half a gigabyte
TEST(LeaseInterleavingsTest, NorDoThree) {
    if (!patient()) GTEST_SKIP() << "only with ORCH_LONG_TESTS";
    EXPECT_EQ(explore({.contenders = 3, .ticks = 4}).violation, "");
}

// proves L2: only the renewals tell whether the other one lives, and the clocks differ by an hour
TEST(LeaseInterleavingsTest, TwoHostsThatSeeNothingOfEachOtherWaitForTheTtl) {
    const auto result = explore({.ticks = 6, .observer = false, .two_hosts = true});
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 5'000U);
}

// proves L3: a deleted file lets another one in, and stops the holder before its next effect
TEST(LeaseInterleavingsTest, WhoseFileWasDeletedGoesNoFurtherAndTouchesNobodyElses) {
    const auto result = explore({.ticks = 4, .observer = false, .deletions = 1});
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 5'000U);
}

TEST(LeaseCheckerTest, ObjectsWithoutTheGuard) {
    EXPECT_THAT(without(Drop::kGuard), HasSubstr("M-7: the lease of p1 was deleted"));
}

TEST(LeaseCheckerTest, ObjectsWhenStalenessIsNotJudgedAgainUnderTheGuard) {
    EXPECT_THAT(without(Drop::kRejudge), HasSubstr("M-7: the lease of p1 was deleted"));
}

TEST(LeaseCheckerTest, ObjectsWhenTheHoldLockIsNotAsked) {
    EXPECT_THAT(without(Drop::kHoldLock), HasSubstr("killed, its child lives"));
}

TEST(LeaseCheckerTest, ObjectsWhenAHolderDoesNotStopItselfAtHalfItsTtl) {
    EXPECT_THAT(without(Drop::kSelfStop), HasSubstr("deleted while it was held"));
}

TEST(LeaseCheckerTest, ObjectsWhenACallOfTheMergeHasNoLimit) {
    EXPECT_THAT(without(Drop::kCallLimit), HasSubstr("deleted while it was held"));
}

TEST(LeaseCheckerTest, ObjectsWhenAnEffectDoesNotAskForTheToken) {
    EXPECT_THAT(without(Drop::kRequireToken, {.observer = false, .deletions = 1}),
                HasSubstr("L3: a merge went on without its lease"));
}

TEST(LeaseCheckerTest, ObjectsWhenARenewalDoesNotAskForTheToken) {
    EXPECT_THAT(without(Drop::kRenewToken, {.observer = false, .deletions = 1}),
                HasSubstr("M-7: p1 took away the lease of p2"));
}

TEST(LeaseCheckerTest, ObjectsWhenAReleaseDoesNotAskForTheToken) {
    EXPECT_THAT(without(Drop::kReleaseToken), HasSubstr("M-7: p1 took away the lease of p2"));
}

TEST(LeaseCheckerTest, ObjectsWhenTheTokenComesFromTheLeaseFile) {
    EXPECT_THAT(without(Drop::kDatabaseToken), HasSubstr("M-7: p1 took away the lease of p2"));
}

TEST(LeaseCheckerTest, ObjectsWhenAReclaimDoesNotAskForTheToken) {
    EXPECT_THAT(without(Drop::kReclaimToken, {}),
                HasSubstr("M-7: another lease than the one that was seen was reclaimed"));
}

TEST(LeaseCheckerTest, ObjectsWhenAReclaimDoesNotJudge) {
    EXPECT_THAT(without(Drop::kReclaimJudge, {}), HasSubstr("deleted while it was held"));
}

}  // namespace orch::testing

#include "core/landing.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace orch::testing {

using Kind = Landed::Kind;
using Push = PushAnswer::Kind;

struct LandingDecisionTest : ::testing::Test {
    const LandRequest request{"T-1", "orch/T-1", "head", "tip", "Greet"};
    const BaseSeen as_judged{"main", "tip", {}};
    const BaseSeen moved{"main", "other", {}};
    const BaseSeen found{"main", "other", OnBase{"merge", {}}};
    const BaseSeen reverted{"main", "other", OnBase{"merge", "revert"}};

    [[nodiscard]] std::optional<Landed> after(const BaseSeen& base, Push said) const {
        return afterPush(request, "mine", false, base, {said, "its words"});
    }
};

TEST_F(LandingDecisionTest, OnlyTheBaseThatWasJudgedIsMergedInto) {
    EXPECT_FALSE(withoutMerging(request, as_judged));
    EXPECT_EQ(withoutMerging(request, moved)->kind, Kind::kBaseMoved);
}

// proves L4
TEST_F(LandingDecisionTest, WhatIsOnTheBaseIsSuccessWhereverTheBaseIs) {
    EXPECT_EQ(withoutMerging(request, found)->kind, Kind::kAlreadyMerged);
    EXPECT_EQ(withoutMerging(request, found)->sha, "merge");
}

TEST_F(LandingDecisionTest, WhatWasTakenBackIsForAPerson) {
    EXPECT_EQ(withoutMerging(request, reverted)->kind, Kind::kReverted);
}

// proves L4
TEST_F(LandingDecisionTest, TheRepositoryIsBelievedAndNotThePushsAnswer) {
    for (const auto said : {Push::kDone, Push::kRefused, Push::kBusy, Push::kUnknown}) {
        EXPECT_EQ(after(found, said)->kind, Kind::kAlreadyMerged);
        EXPECT_EQ(afterPush(request, "mine", true, moved, {said, ""})->kind, Kind::kMerged);
    }
}

TEST_F(LandingDecisionTest, ARefusalIsTheRepositorysOwn) {
    EXPECT_EQ(after(as_judged, Push::kRefused)->reason, "its words");
}

TEST_F(LandingDecisionTest, SomebodyElsesPushIsTriedAgainstOnce) {
    EXPECT_FALSE(after(as_judged, Push::kBusy));
    EXPECT_EQ(after(moved, Push::kBusy)->kind, Kind::kBaseMoved);
}

TEST_F(LandingDecisionTest, WithoutAnAnswerNothingIsClaimed) {
    EXPECT_THROW((void)after(as_judged, Push::kUnknown), RemoteError);
    EXPECT_THROW((void)after(as_judged, Push::kDone), RemoteError);
}

TEST_F(LandingDecisionTest, APushThatWasTakenBackIsToldInWords) {
    try {
        (void)afterPush(request, "mine", false, as_judged, {Push::kDone, ""});
        FAIL() << "a push that is not there counts as done";
    } catch (const RemoteError& error) {
        EXPECT_NE(std::string(error.what()).find("main is at tip without it"), std::string::npos);
    }
}

}  // namespace orch::testing

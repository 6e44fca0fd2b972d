#include "core/follow.hpp"

#include <gmock/gmock.h>

#include "core/facts.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

struct FollowTest : ::testing::Test {
    [[nodiscard]] Follow next(const Facts& facts) const {
        return follow(facts, combine(judge(facts)), pipeline);
    }
    /// The facts after the task came back with what `follow` remembered.
    static Facts again(Facts facts, const Follow& followed) {
        facts.task.progress = followed.progress;
        ++facts.task.visit;
        return facts;
    }
    static Facts rejected(const std::string& head, const std::string& hash) {
        auto facts = reviewFacts();
        facts.work.value->head = head;
        facts.artefact->hash = hash;
        *facts.review.value = {.approve = false, .head = head, .findings = {"no test"}};
        return facts;
    }
    [[nodiscard]] static Facts checkedOn(const std::string& base, const std::string& seen) {
        auto facts = testingFacts();
        facts.check->job.payload.base = base;
        facts.base.value = seen;
        return facts;
    }
    PipelineDef pipeline{.stages = {developmentFacts().stage,
                                    reviewFacts().stage,
                                    testingFacts().stage,
                                    deployFacts().stage},
                         .rework_limit = 5};
};

TEST_F(FollowTest, IF9WhatTheBaseCannotPassIsLookedAtAgainAndChargedToNobody) {
    auto facts = checkedOn("bbbbbbbbbb", "bbbbbbbbbb");
    facts.check->job.status = facts.base_check->status = JobStatus::kFailed;
    facts.check->job.exit_code = facts.base_check->exit_code = 2;
    EXPECT_EQ(next(facts).kind, Follow::Kind::kLater);
    EXPECT_GT(next(facts).after, Milliseconds{0});
    EXPECT_EQ(next(facts).progress.total, 0);
    EXPECT_EQ(next(facts).progress.unclear, 0);
}

TEST_F(FollowTest, GreenGoesToTheNextStage) {
    EXPECT_EQ(next(developmentFacts()).kind, Follow::Kind::kAdvance);
    EXPECT_EQ(next(developmentFacts()).to, "review");
}

TEST_F(FollowTest, GreenInTheLastStageIsDone) {
    EXPECT_EQ(next(deployFacts()).to, "done");
}

// proves S5
TEST_F(FollowTest, RedGoesBackAndCountsTheEdge) {
    const auto back = next(rejected("a", "1"));
    EXPECT_EQ(back.kind, Follow::Kind::kRework);
    EXPECT_EQ(back.to, "development");
    EXPECT_EQ(back.progress.edges.at("review>development"), 1);
    EXPECT_EQ(back.progress.total, 1);
}

// proves S5
TEST_F(FollowTest, TheFourthTimeBackOverAnEdgeWithLimitThreeParks) {
    Follow followed;
    for (const auto* head : {"a", "b", "c"}) {
        followed = next(again(rejected(head, head), followed));
        ASSERT_EQ(followed.kind, Follow::Kind::kRework);
    }
    followed = next(again(rejected("d", "d"), followed));
    EXPECT_EQ(followed.kind, Follow::Kind::kPark);
    EXPECT_THAT(followed.reason, HasSubstr("sent back to development 3 times, limit 3"));
}

TEST_F(FollowTest, TheTotalLimitParksTooWhateverTheEdges) {
    pipeline.rework_limit = 1;
    const auto first = next(rejected("a", "1"));
    const auto second = next(again(rejected("b", "2"), first));
    EXPECT_EQ(second.kind, Follow::Kind::kPark);
    EXPECT_THAT(second.reason, HasSubstr("sent back 1 time in all, limit 1"));
}

TEST_F(FollowTest, IC1TheSameRedOnTheSameHeadTwiceParks) {
    auto red = testingFacts();
    red.check->job.status = JobStatus::kFailed;
    red.check->job.exit_code = 2;
    const auto first = next(red);
    ASSERT_EQ(first.kind, Follow::Kind::kRework);
    red.check->log_tail = "another time stamp";
    EXPECT_EQ(next(again(red, first)).kind, Follow::Kind::kPark);
    EXPECT_THAT(next(again(red, first)).reason, HasSubstr("no progress"));
}

TEST_F(FollowTest, IC2AnUnchangedGreenHeadAfterReworkIsNotReviewedAgain) {
    const auto first = next(developmentFacts());
    EXPECT_EQ(next(again(developmentFacts(), first)).kind, Follow::Kind::kPark);
}

TEST_F(FollowTest, ANewHeadIsProgress) {
    const auto first = next(developmentFacts());
    auto moved = developmentFacts();
    moved.work.value->head = "new";
    EXPECT_EQ(next(again(moved, first)).kind, Follow::Kind::kAdvance);
}

TEST_F(FollowTest, TheSameHeadOnANewBaseIsAnotherTest) {
    const auto first = next(testingFacts());
    auto rebased = testingFacts();
    rebased.base.value = "new base";
    EXPECT_EQ(next(again(rebased, first)).kind, Follow::Kind::kAdvance);
}

TEST_F(FollowTest, IC9PendingConsumesNoRework) {
    auto facts = testingFacts();
    facts.check->job.status = JobStatus::kRunning;
    EXPECT_EQ(next(facts).kind, Follow::Kind::kWait);
    EXPECT_EQ(next(facts).progress.total, 0);
}

TEST_F(FollowTest, AHumanIsWaitedFor) {
    auto facts = reviewFacts();
    facts.stage.gates = {"human_approval"};
    EXPECT_EQ(next(facts).kind, Follow::Kind::kWait);
}

TEST_F(FollowTest, AMovedBaseGoesBackToTheCheckUncharged) {
    auto facts = deployFacts();
    facts.merge->job.status = JobStatus::kFailed;
    facts.merge->job.exit_code = static_cast<int>(MergeExit::kBaseMoved);
    EXPECT_EQ(next(facts).kind, Follow::Kind::kRetest);
    EXPECT_EQ(next(facts).to, "testing");
    EXPECT_EQ(next(facts).progress.total, 0);
}

TEST_F(FollowTest, AMovedBaseWithoutACheckMergesAgain) {
    auto facts = deployFacts();
    facts.merge->job.status = JobStatus::kFailed;
    facts.merge->job.exit_code = static_cast<int>(MergeExit::kBaseMoved);
    pipeline.stages.erase(pipeline.stages.begin() + 2);
    EXPECT_EQ(next(facts).kind, Follow::Kind::kRun);
    EXPECT_EQ(next(facts).work, WorkKind::kMerge);
}

TEST_F(FollowTest, UnclearIsAskedAgainLaterAndLaterThenAPersonIsAsked) {
    auto facts = developmentFacts();
    facts.work = {{}, "git said no"};
    auto followed = next(facts);
    Milliseconds before{0};
    while (followed.kind == Follow::Kind::kLater) {
        EXPECT_GT(followed.after, before);
        before = followed.after;
        followed = next(again(facts, followed));
    }
    EXPECT_EQ(followed.kind, Follow::Kind::kPark);
    EXPECT_THAT(followed.reason, HasSubstr("could not be judged 6 times, last: git said no"));
    EXPECT_EQ(followed.progress.total, 0);
}

TEST_F(FollowTest, IF14NothingIsParkedWithoutAReason) {
    auto facts = deployFacts();
    facts.merged_on_base.value = false;
    EXPECT_EQ(next(facts).kind, Follow::Kind::kPark);
    EXPECT_NE(next(facts).reason, "");
}

TEST_F(FollowTest, ARetestOnABaseThatWasSeenBeforeItWasCheckedIsProgress) {
    const auto first = next(checkedOn("base-1", "base-2"));
    ASSERT_EQ(first.kind, Follow::Kind::kAdvance);
    const auto second = next(again(checkedOn("base-2", "base-2"), first));
    EXPECT_EQ(second.kind, Follow::Kind::kAdvance) << second.reason;
}

}  // namespace orch::testing

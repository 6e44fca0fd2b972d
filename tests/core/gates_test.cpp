#include <gmock/gmock.h>

#include "core/facts.hpp"
#include "core/gates_of_landing.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

TEST(GatesTest, AnAgentThatHasNotRunIsWorkOrchdMustDoFirst) {
    auto facts = developmentFacts();
    facts.agent.reset();
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kAgent);
}

TEST(GatesTest, ARunningAgentIsWaitedFor) {
    auto facts = developmentFacts();
    facts.agent->job.status = JobStatus::kRunning;
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kPending);
    EXPECT_EQ(combine(judge(facts)).needs, std::nullopt);
}

TEST(GatesTest, AnAgentThatFailedForGoodAsksForAPersonAndNoGateIsJudged) {
    auto facts = developmentFacts();
    facts.agent->job.status = JobStatus::kFailed;
    facts.agent->job.reason = "failed 3 times, last: exit 3";
    ASSERT_EQ(judge(facts).size(), 1U);
    EXPECT_TRUE(judge(facts)[0].stuck);
    EXPECT_THAT(judge(facts)[0].reason, HasSubstr("failed 3 times"));
}

TEST(GatesTest, CommittedWorkIsGreenAndNamesItsHead) {
    const auto verdict = combine(judge(developmentFacts()));
    EXPECT_EQ(verdict.colour, Colour::kGreen);
    EXPECT_EQ(verdict.evidence, (Evidence{{"head", "aaaaaaaaaa"}}));
}

TEST(GatesTest, IF1NothingCommittedIsRed) {
    auto facts = developmentFacts();
    facts.work.value->commits_ahead = 0;
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("nothing is committed on orch/T-1"));
}

TEST(GatesTest, IF2UncommittedWorkIsRedAndNamesTheFiles) {
    auto facts = developmentFacts();
    facts.work.value->dirty = {"greet.c"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("greet.c"));
}

TEST(GatesTest, AForgeThatDoesNotAnswerIsUnclearNeverRed) {
    auto facts = developmentFacts();
    facts.work = {{}, "git said no"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kUnclear);
    EXPECT_EQ(combine(judge(facts)).reason, "git said no");
}

TEST(GatesTest, AnArtefactOfWhiteSpaceIsNone) {
    auto facts = reviewFacts();
    facts.stage.gates = {"artefact"};
    facts.artefact->content = " \n\t";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_EQ(combine(judge(facts)).target, "review");
}

TEST(GatesTest, AMissingArtefactGoesBackToItsOwnStage) {
    auto facts = reviewFacts();
    facts.stage.gates = {"artefact"};
    facts.artefact.reset();
    facts.artefact_trouble = "04-review.json was not written";
    EXPECT_EQ(combine(judge(facts)).target, "review");
    EXPECT_EQ(combine(judge(facts)).reason, "04-review.json was not written");
}

// proves S4
TEST(GatesTest, AHumanGateIsOpenedByAPersonsApprovalOfThisVeryArtefactOnly) {
    auto facts = reviewFacts();
    facts.stage.gates = {"human_approval"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
    facts.approvals = {{.by = "me", .approve = true, .bound_to = "an older hash"}};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
    facts.approvals.push_back({.by = "me", .approve = true, .bound_to = "hash-1"});
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
}

TEST(GatesTest, TheLaterOfApprovalAndRejectionCounts) {
    auto facts = reviewFacts();
    facts.stage.gates = {"human_approval"};
    facts.approvals = {
        {.by = "me", .approve = true, .bound_to = "hash-1"},
        {.by = "you", .approve = false, .bound_to = "hash-1", .comment = "too long"}};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_EQ(combine(judge(facts)).findings, std::vector<std::string>{"too long"});
}

TEST(GatesTest, NoOverrideOpensAHumanGate) {
    auto facts = reviewFacts();
    facts.stage.gates = {"human_approval"};
    facts.override_ = Approval{.by = "me", .approve = true, .bound_to = "hash-1"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
}

TEST(GatesTest, IF7AReviewOfAnotherCommitIsNotGreenAndTheReviewerRunsAgain) {
    auto facts = reviewFacts();
    facts.review.value->head = "dddddddddd";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_EQ(combine(judge(facts)).target, "review");
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("is about ddddddd, the head is aaaaaaa"));
}

TEST(GatesTest, IF7AReviewThatCannotBeReadIsNotGreenAndSaysWhy) {
    auto facts = reviewFacts();
    facts.review = {{}, "unexpected end of input"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("unexpected end of input"));
}

TEST(GatesTest, ARejectingReviewIsRedWithItsFindings) {
    auto facts = reviewFacts();
    *facts.review.value = {.approve = false, .head = "aaaaaaaaaa", .findings = {"no test"}};
    EXPECT_EQ(combine(judge(facts)).findings, std::vector<std::string>{"no test"});
    EXPECT_EQ(combine(judge(facts)).target, "");
}

struct BaseRedTest : ::testing::Test {
    BaseRedTest() {
        facts.base.value = "bbbbbbbbbb";
        end(facts.check->job, 2);
        end(*facts.base_check, 2);
    }
    static void end(Job& job, int code) {
        job.status = code == 0 ? JobStatus::kSucceeded : JobStatus::kFailed;
        job.exit_code = code;
        job.reason = "exit " + std::to_string(code);
    }
    [[nodiscard]] Verdict verdict() const { return combine(judge(facts)); }
    Facts facts = testingFacts();
};

TEST_F(BaseRedTest, IF9ACheckThatFailsOnTheBaseAsWellIsNotHeldAgainstTheTask) {
    EXPECT_EQ(verdict().colour, Colour::kPending);
    EXPECT_TRUE(verdict().again);
    EXPECT_EQ(verdict().notice, "base:" + facts.project.name + ":bbbbbbbbbb");
    EXPECT_THAT(verdict().reason, HasSubstr("as well"));
}

TEST_F(BaseRedTest, IF9TheBaseIsAskedBeforeTheTaskIsBlamed) {
    facts.base_check.reset();
    EXPECT_EQ(verdict().needs, WorkKind::kBaseCheck);
    facts.base_check = Job{};
    facts.base_check->status = JobStatus::kRunning;
    EXPECT_EQ(verdict().colour, Colour::kPending);
    EXPECT_FALSE(verdict().needs);
}

TEST_F(BaseRedTest, IF9AnotherBaseIsCheckedAgain) {
    facts.base.value = "dddddddddd";
    EXPECT_EQ(verdict().needs, WorkKind::kCheck);
}

TEST_F(BaseRedTest, IF9ABaseThatIsGreenOrCouldNotBeJudgedExcusesNothing) {
    end(*facts.base_check, 0);
    EXPECT_EQ(verdict().colour, Colour::kRed);
    facts.base_check->status = JobStatus::kLost;
    facts.base_check->exit_code.reset();
    EXPECT_EQ(verdict().colour, Colour::kRed);
}

TEST(GatesTest, AnOverrideCountsForThisArtefactOnly) {
    auto facts = reviewFacts();
    facts.review.value->approve = false;
    facts.override_ = Approval{.by = "me", .bound_to = "hash-0", .comment = "known"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    facts.override_->bound_to = "hash-1";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("overruled by me (known)"));
}

TEST(GatesTest, ACheckOfAnOlderHeadMustRunAgain) {
    auto facts = testingFacts();
    facts.work.value->head = "eeeeeeeeee";
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kCheck);
}

TEST(GatesTest, ACheckOfAnotherDefinitionMustRunAgain) {
    auto facts = testingFacts();
    facts.check->job.payload.definition = "other";
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kCheck);
}

TEST(GatesTest, AFailedCheckIsRedAndHandsOnTheEndOfItsLog) {
    auto facts = testingFacts();
    facts.check->job.status = JobStatus::kFailed;
    facts.check->job.exit_code = 2;
    facts.check->job.reason = "exit 2";
    facts.check->log_tail = "greet_test.c:7 failed";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).findings.at(0), HasSubstr("greet_test.c:7 failed"));
}

TEST(GatesTest, IF5ACheckWhoseToolIsMissingOrCrashesIsUnclear) {
    auto facts = testingFacts();
    facts.check->job.status = JobStatus::kFailed;
    facts.check->job.exit_code.reset();
    facts.check->job.lost_count = 3;
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kUnclear);
    EXPECT_TRUE(combine(judge(facts)).stuck);
}

TEST(GatesTest, AConflictIsRedEvenWhileTheCheckHasNotRun) {
    auto facts = testingFacts();
    facts.check.reset();
    facts.preview.value->conflicts = {"greet.c"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("conflicts with main in greet.c"));
}

TEST(GatesTest, MergedAndDeployedIsGreen) {
    EXPECT_EQ(combine(judge(deployFacts())).colour, Colour::kGreen);
    EXPECT_THAT(combine(judge(deployFacts())).reason,
                HasSubstr("merged ccccccc into main, deployed v2"));
}

TEST(GatesTest, IG7AMergeThatIsNotOnTheBaseIsNotDone) {
    auto facts = deployFacts();
    facts.merged_on_base.value = false;
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kUnclear);
    EXPECT_TRUE(combine(judge(facts)).stuck);
}

TEST(GatesTest, ADeployBeginsOnlyAfterTheMerge) {
    auto facts = deployFacts();
    facts.merge.reset();
    facts.deploy.reset();
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kMerge);
}

TEST(GatesTest, AMovedBaseAsksForTheCheckAgain) {
    auto facts = deployFacts();
    facts.merge->job.status = JobStatus::kFailed;
    facts.merge->job.exit_code = static_cast<int>(MergeExit::kBaseMoved);
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kCheck);
}

TEST(GatesTest, AFailedDeployAsksForAPerson) {
    auto facts = deployFacts();
    facts.deploy->job.status = JobStatus::kFailed;
    facts.deploy->log_tail = "no space left";
    facts.deployment->state = DeployState::kFailed;
    facts.deployment->reason = "exit 3";
    EXPECT_TRUE(combine(judge(facts)).stuck);
    EXPECT_THAT(combine(judge(facts)).reason,
                HasSubstr("deploy of v2 failed: exit 3, it said: no space left"));
}

// proves S6
TEST(GatesTest, TheDeployGateReadsWhatIsRecordedNotTheJobsExitCode) {
    auto facts = deployFacts();
    facts.deploy->job.exit_code = 0;
    facts.deployment->state = DeployState::kRolledBack;
    facts.deployment->reason = "its command rolled it back (exit 0)";
    EXPECT_TRUE(combine(judge(facts)).stuck);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("deploy of v2 was taken back"));
}

TEST(GatesTest, ADeployWhoseEndIsNotRecordedAsksForItsFinalizer) {
    auto facts = deployFacts();
    facts.deployment->state = DeployState::kRunning;
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kFinalize);
}

TEST(GatesTest, ACommitInQuarantineWaitsForAPerson) {
    auto facts = deployFacts();
    facts.deploy.reset();
    facts.deployment.reset();
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kDeploy);
    facts.quarantine = Quarantine{.number = 1, .reason = "5 health failures in a row"};
    EXPECT_TRUE(combine(judge(facts)).stuck);
    EXPECT_TRUE(isAboutQuarantine(combine(judge(facts))));
    EXPECT_THAT(combine(judge(facts)).reason,
                HasSubstr("ccccccc is in quarantine since it was deployed as v1: 5 health"));
}

// proves S2
TEST(GatesTest, JudgingTwiceGivesTheSameAnswer) {
    for (const auto& facts : {developmentFacts(), reviewFacts(), testingFacts(), deployFacts()}) {
        const auto first = judge(facts);
        const auto second = judge(facts);
        ASSERT_EQ(first.size(), second.size());
        for (std::size_t i = 0; i < first.size(); ++i) {
            EXPECT_EQ(first[i].colour, second[i].colour);
            EXPECT_EQ(first[i].reason, second[i].reason);
            EXPECT_NE(first[i].reason, "");
        }
    }
}

TEST(CombineTest, RedIsSaidBeforeUnclearPendingAndHuman) {
    const auto verdict = [](Colour colour) {
        return Verdict{.gate = "g", .colour = colour, .reason = "r"};
    };
    std::vector<Verdict> all{verdict(Colour::kGreen), verdict(Colour::kHuman)};
    EXPECT_EQ(combine(all).colour, Colour::kHuman);
    all.push_back(verdict(Colour::kPending));
    EXPECT_EQ(combine(all).colour, Colour::kPending);
    all.push_back(verdict(Colour::kUnclear));
    EXPECT_EQ(combine(all).colour, Colour::kUnclear);
    all.push_back(verdict(Colour::kRed));
    EXPECT_EQ(combine(all).colour, Colour::kRed);
}

// proves L4
TEST(GatesTest, NoOverridePutsAChangeOnTheBase) {
    auto facts = deployFacts();
    facts.merge->job.status = JobStatus::kFailed;
    facts.merge->job.exit_code = static_cast<int>(MergeExit::kConflict);
    facts.override_ = Approval{.by = "me", .bound_to = "aaaaaaaaaa", .comment = "trust me"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_FALSE(mayBeOverruled(combine(judge(facts))));
}

TEST(GatesTest, WorkThatCannotBeTakenInIsRedWithTheSentence) {
    auto facts = developmentFacts();
    facts.work.value->trouble = "git index-pack: exit code 128: fatal: bad object";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).findings, ::testing::ElementsAre(HasSubstr("bad object")));
}

// proves S8
TEST(GatesTest, WorkThatBringsBackWhatWasTakenOffTheBaseIsRedWithTheCommandThatHelps) {
    auto facts = developmentFacts();
    facts.work.value->withdrawn = "dddddddddd";
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).findings,
                ::testing::ElementsAre(HasSubstr("git rebase --onto main ddddddd orch/T-1")));
}

// proves S8: the diff that is judged must be all that lands
TEST(GatesTest, WorkWithSeveralMergeBasesIsRedWithTheCommandThatHelps) {
    auto facts = developmentFacts();
    facts.work.value->merge_bases = 2;
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).findings,
                ::testing::ElementsAre(HasSubstr("git merge main")));
}

TEST(GatesTest, LinkToWhatNobodyElseHasIsRed) {
    auto facts = developmentFacts();
    facts.work.value->loose_links = {"w (eeeeeee)"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kRed);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("w (eeeeeee)"));
}

namespace {

/// A deploy stage that has not merged yet, after a review and a check of the same head.
Facts landingFacts() {
    auto facts = deployFacts();
    facts.merge.reset();
    facts.passed = {{"review", judge(reviewFacts())}, {"testing", judge(testingFacts())}};
    return facts;
}

}  // namespace

// proves S8
TEST(GatesTest, WhatWasPassedForThisHeadIsMerged) {
    EXPECT_EQ(combine(judge(landingFacts())).needs, WorkKind::kMerge);
}

// proves S8
TEST(GatesTest, HeadThatWasNotReviewedGoesBackToItsReview) {
    auto facts = landingFacts();
    auto review = reviewFacts();
    review.work.value->head = "ffffffffff";
    facts.work.value->head = "ffffffffff";
    facts.passed[0].verdicts = judge(review);
    const auto verdict = combine(judge(facts));
    EXPECT_EQ(verdict.colour, Colour::kRed);
    EXPECT_EQ(verdict.target, "review");
    EXPECT_THAT(verdict.reason, HasSubstr("review does not hold for fffffff"));
    EXPECT_EQ(verdict.needs, std::nullopt);
}

TEST(GatesTest, FirstGateThatIsVoidDecidesWhereToGo) {
    auto facts = landingFacts();
    for (auto& passed : facts.passed) passed.verdicts = {{.gate = "x", .colour = Colour::kRed}};
    EXPECT_EQ(combine(judge(facts)).target, "review");
}

TEST(GatesTest, GateThatCannotBeAskedNowLetsNothingLandAndChargesNothing) {
    auto facts = landingFacts();
    facts.passed[1].verdicts = {{.gate = "check", .colour = Colour::kUnclear, .reason = "?"}};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kUnclear);
}

TEST(GatesTest, MergeThatFoundAGateVoidIsNotTriedAgainWhileItIs) {
    auto facts = landingFacts();
    facts.merge = WorkDone{};
    facts.merge->job.status = JobStatus::kFailed;
    facts.merge->job.exit_code = static_cast<int>(MergeExit::kVoid);
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kMerge);
    facts.passed[0].verdicts = {{.gate = "review_verdict", .colour = Colour::kRed}};
    EXPECT_EQ(combine(judge(facts)).target, "review");
}

TEST(GatesTest, MergeNamesReviewAndCheckWithTheirShas) {
    EXPECT_THAT(
        trailersOf(landingFacts()),
        ::testing::ElementsAre(
            ::testing::Pair("Orch-Review", "review head=aaaaaaaaaa artefact=hash-1"),
            ::testing::Pair("Orch-Check", "testing job=0 head=aaaaaaaaaa base=bbbbbbbbbb")));
}

}  // namespace orch::testing

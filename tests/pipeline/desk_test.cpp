#include <gmock/gmock.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "pipeline/world.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// analysis (agent, artefact, human approval) → development → deploy.
PipelineDef withApproval() {
    auto pipeline = World::threeStages();
    pipeline.stages.insert(pipeline.stages.begin(),
                           {.name = "analysis",
                            .agent = "analyst",
                            .artefact = "01-analysis.md",
                            .gates = {"artefact", "human_approval"}});
    return pipeline;
}

struct DeskTest : ::testing::Test {
    /// The analyst writes its artefact and ends well.
    void analyse(TaskId task, const std::string& text = "a plan\n") {
        replaceFile(world.setup.taskFolder(task) / "01-analysis.md", text);
        world.launcher().exit(world.runningAttempt(task), 0);
        world.settle();
    }
    /// The sentence with which `order` is refused; empty when it is not.
    template <class F>
    static std::string refusal(F order) {
        try {
            order();
            return {};
        } catch (const Refused& refused) {
            return refused.what();
        }
    }
    World world{withApproval()};
    TaskId id = world.create();
};

// proves S4
TEST_F(DeskTest, OnlyAPersonsApprovalOpensTheHumanGate) {
    analyse(id);
    world.restart();
    world.settle();
    EXPECT_EQ(world.task(id).stage, "analysis");
    world.desk().approve(id, world.answerTo(id, "approve", ""));
    world.settle();
    EXPECT_EQ(world.task(id).stage, "development");
}

TEST_F(DeskTest, AnApprovalBeforeThereIsAnythingToApproveIsRefused) {
    EXPECT_THAT(refusal([&] { world.desk().approve(id, world.answerTo(id, "approve", "")); }),
                HasSubstr("T-1 does not wait for an approval in analysis"));
}

TEST_F(DeskTest, AStrangerCannotApprove) {
    world.setup.projects["greeter"].approvers = {"boss", "deputy"};
    analyse(id);
    EXPECT_THAT(refusal([&] { world.desk().approve(id, world.answerTo(id, "approve", "")); }),
                HasSubstr("me is not an approver of greeter (approvers: boss, deputy)"));
    EXPECT_EQ(world.task(id).stage, "analysis");
}

TEST_F(DeskTest, ARejectionRunsTheStageAgainWithTheReason) {
    analyse(id);
    world.desk().reject(id, world.answerTo(id, "approve", "name the risks"));
    world.settle();
    EXPECT_EQ(world.task(id).visit, 2);
    EXPECT_THAT(world.task(id).feedback, HasSubstr("name the risks"));
}

TEST_F(DeskTest, TheSameArtefactAfterARejectionParks) {
    analyse(id);
    world.desk().reject(id, world.answerTo(id, "approve", "name the risks"));
    world.settle();
    analyse(id);
    EXPECT_EQ(world.task(id).state, TaskState::kParked);
    EXPECT_THAT(world.task(id).reason, HasSubstr("no progress"));
    EXPECT_THAT(world.notifier.texts(), Contains(HasSubstr("T-1 needs a person in analysis")));
}

TEST_F(DeskTest, AnArtefactChangedAfterTheAttemptIsNotWhatIsApproved) {
    analyse(id, "a plan\n");
    replaceFile(world.setup.taskFolder(id) / "01-analysis.md", "something else\n");
    world.desk().approve(id, world.answerTo(id, "approve", ""));
    world.settle();
    const auto bound = world.host->store.read(
        [&](Connection& db) { return approvalsOf(db, id, "analysis", "approval"); });
    EXPECT_EQ(bound.at(0).bound_to, world.jobs(id).back().artefact_hash);
}

TEST_F(DeskTest, IC8AHumanWhoMovesAParkedTaskResetsTheBrakes) {
    analyse(id);
    world.desk().reject(id, world.answerTo(id, "approve", "no"));
    world.settle();
    analyse(id);
    world.desk().retry(id, "me");
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kActive);
    EXPECT_EQ(world.task(id).progress.total, 0);
    EXPECT_EQ(world.liveJob(id).status, JobStatus::kRunning);
}

TEST_F(DeskTest, IC6TheBrakesSurviveARestart) {
    analyse(id);
    world.desk().reject(id, world.answerTo(id, "approve", "no"));
    world.settle();
    world.restart();
    EXPECT_EQ(world.task(id).progress.edges["analysis>analysis"], 1);
    EXPECT_EQ(world.task(id).progress.total, 1);
}

TEST_F(DeskTest, APausedTaskEndsItsAttemptAndGoesNoFurtherUntilResumed) {
    world.desk().pause(id, "me", "holiday");
    analyse(id);
    EXPECT_EQ(world.task(id).state, TaskState::kPaused);
    EXPECT_THAT(world.desk().explain(id).lines, Contains(HasSubstr("paused: by me: holiday")));
    world.desk().resume(id, "me");
    world.settle();
    EXPECT_THAT(world.desk().explain(id).lines, Contains(HasSubstr("waits for a person")));
}

// proves Q7
TEST_F(DeskTest, CancelEndsTheAgentAndTheTask) {
    const auto attempt = world.runningAttempt(id);
    world.desk().cancel(id, "me", "changed my mind");
    world.settle();
    EXPECT_THAT(world.launcher().cancelled(), Contains(attempt));
    EXPECT_EQ(world.task(id).state, TaskState::kCancelled);
    EXPECT_EQ(world.jobs(id).at(0).status, JobStatus::kCancelled);
}

TEST_F(DeskTest, ACancelBeforeACrashIsCarriedOutAfterIt) {
    const auto attempt = world.runningAttempt(id);
    world.host->store.write([&](Tx& tx) { return requestCancel(tx, attempt.job, "by me"); });
    world.restart();
    world.settle();
    EXPECT_EQ(world.jobs(id).at(0).status, JobStatus::kCancelled);
}

TEST_F(DeskTest, ReworkIsRefusedWhileTheTaskIsAtWork) {
    EXPECT_THAT(refusal([&] { world.desk().rework(id, "me", "again"); }),
                AllOf(HasSubstr("T-1 is at work"), HasSubstr("orchctl job cancel 1")));
}

TEST_F(DeskTest, AnUnknownTaskAndProjectAreNamed) {
    EXPECT_EQ(refusal([&] { world.desk().pause(TaskId{9}, "me", ""); }), "there is no task T-9");
    EXPECT_THAT(refusal([&] { world.desk().create({.project = "greter", .title = "x"}, "me"); }),
                HasSubstr("there is no project greter (there are: greeter)"));
}

TEST_F(DeskTest, ARepeatedIdempotencyKeyMakesOneTask) {
    const WorkItem item{.project = "greeter", .title = "x", .idempotency_key = "k"};
    const auto first = world.desk().create(item, "me");
    const auto second = world.desk().create(item, "me");
    EXPECT_EQ(first.id, second.id);
    EXPECT_FALSE(second.created);
}

TEST_F(DeskTest, APausedQueueStartsNothingAndSaysSo) {
    world.desk().pauseQueue("me");
    const auto other = world.create("another");
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kQueued);
    EXPECT_THAT(world.desk().explain(other).lines, Contains(HasSubstr("the queue is paused")));
    world.desk().resumeQueue("me");
    world.settle();
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kRunning);
}

// proves Q1
TEST_F(DeskTest, NoMoreAgentsRunThanMaxConcurrencyAdoptedOnesIncluded) {
    const auto second = world.create("second");
    const auto third = world.create("third");
    EXPECT_EQ(world.launcher().alive().size(), 2U);
    world.restart();
    world.settle();
    EXPECT_EQ(world.launcher().alive().size(), 2U);
    EXPECT_EQ(world.liveJob(second).status, JobStatus::kRunning);
    EXPECT_THAT(world.desk().explain(third).lines,
                Contains(HasSubstr("all 2 slots of the lane agent are taken")));
}

// proves X3
TEST_F(DeskTest, EveryStepIsInTheJournalWithItsActor) {
    analyse(id);
    world.desk().approve(id, world.answerTo(id, "approve", "fine"));
    world.settle();
    for (const auto* rule : {"create", "enqueue", "finish", "wait", "approve", "advance"}) {
        EXPECT_THAT(world.journalRules(id), Contains(rule));
    }
}

TEST_F(DeskTest, AnOverrideLetsARedGateCountAsGreenForThisHead) {
    world.setup.pipeline.stages[2].on_red.limit = 1;
    analyse(id);
    world.desk().approve(id, world.answerTo(id, "approve", ""));
    world.settle();
    for (const auto* text : {"one", "two"}) {
        world.develop(id, text);
        world.launcher().exit(world.runningAttempt(id), 2);  // the check is red
        world.settle();
        if (world.task(id).stage != "testing" || text != std::string("one")) continue;
        world.launcher().exit(world.runningAttempt(id), 0);  // the base is not
        world.settle();
    }
    ASSERT_EQ(world.task(id).state, TaskState::kParked);
    world.desk().overrule(id, world.answerTo(id, "override", "flaky"));
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

TEST_F(DeskTest, NoOverrideMakesAConflictMerged) {
    world.setup.pipeline.stages.back().on_red = {.to = "deploy", .limit = 1};
    for (int tries = 0; tries < 2; ++tries) {
        world.forge.answerNextLand({Landed::Kind::kConflict, {}, "conflict in a.txt"});
    }
    analyse(id);
    world.desk().approve(id, world.answerTo(id, "approve", ""));
    world.settle();
    world.develop(id);
    world.launcher().exit(world.runningAttempt(id), 0);
    world.settle();
    ASSERT_EQ(world.task(id).state, TaskState::kParked);
    EXPECT_THAT(world.desk().explain(id).actions, Not(Contains(HasSubstr("override"))));
    EXPECT_THAT(
        refusal([&] { world.desk().overrule(id, world.answerTo(id, "override", "trust me")); }),
        HasSubstr("T-1 is not merged (exit 1: conflict in a.txt)"));
}

// proves S4
TEST_F(DeskTest, AnApprovalThatDoesNotSayWhatWasShownIsRefusedWithWhatStandsThere) {
    analyse(id);
    try {
        world.desk().approve(id, {"me", "", ""});
        ADD_FAILURE() << "approved unseen";
    } catch (const NotAsShown& refused) {
        EXPECT_EQ(refused.why(), Refused::Why::kInvalid);
        ASSERT_EQ(refused.present().size(), 1U);
        EXPECT_EQ(refused.present()[0].what, "01-analysis.md");
        EXPECT_EQ(refused.present()[0].bound_to, world.jobs(id).back().artefact_hash);
    }
    EXPECT_EQ(world.task(id).stage, "analysis");
}

// proves S4
TEST_F(DeskTest, AnApprovalOfAnOlderArtefactIsRefusedWithBoth) {
    analyse(id, "a plan\n");
    const auto seen = world.answerTo(id, "approve");
    world.desk().reject(id, world.answerTo(id, "approve", "longer"));
    world.settle();
    analyse(id, "another plan\n");
    EXPECT_THAT(refusal([&] { world.desk().approve(id, seen); }),
                AllOf(HasSubstr("what was shown (" + seen.shown + ") is not what stands there now"),
                      HasSubstr("01-analysis.md is " + world.answerTo(id, "approve").shown)));
    world.settle();
    EXPECT_EQ(world.task(id).stage, "analysis");
}

TEST_F(DeskTest, TheBeginningOfAHashIsEnoughUnlessItIsShort) {
    analyse(id);
    auto answer = world.answerTo(id, "approve");
    answer.shown.resize(7);
    EXPECT_THAT(refusal([&] { world.desk().approve(id, answer); }), HasSubstr("too short"));
    answer.shown = world.answerTo(id, "approve").shown.substr(0, 16);
    world.desk().approve(id, answer);
    world.settle();
    EXPECT_EQ(world.task(id).stage, "development");
}

TEST_F(DeskTest, TheActionsOfAnExplanationSayWhatTheyAreAbout) {
    analyse(id);
    const auto shown = world.answerTo(id, "approve").shown.substr(0, 16);
    EXPECT_THAT(world.desk().explain(id).actions,
                Contains("orchctl task approve T-1 --shown " + shown));
}

TEST_F(DeskTest, TheJournalHoldsWhatWasShown) {
    analyse(id);
    const auto answer = world.answerTo(id, "approve");
    world.desk().approve(id, answer);
    world.settle();
    const auto rows =
        world.host->store.read([&](Connection& db) { return readJournal(db, "T-1", 0, 100); });
    const auto row = std::ranges::find(rows, "approve", &JournalRow::rule);
    ASSERT_NE(row, rows.end());
    EXPECT_THAT(row->evidence, Contains(Evidence::value_type{"shown", answer.shown}));
}

TEST_F(DeskTest, TheJudgedArtefactAndTheDiffCanBeLookedAt) {
    analyse(id, "a plan\n");
    replaceFile(world.setup.taskFolder(id) / "01-analysis.md", "something else\n");
    EXPECT_EQ(world.desk().artefactOf(id, "01-analysis.md").content, "a plan\n");
    EXPECT_THAT(refusal([&] { (void)world.desk().artefactOf(id, "../x"); }),
                HasSubstr("T-1 has left no artefact ../x"));
    world.desk().approve(id, world.answerTo(id, "approve"));
    world.settle();
    world.develop(id);
    EXPECT_THAT(world.desk().diffOf(id).diff.text, HasSubstr("+work"));
}

/// A world whose projects protect a file, and search for secrets.
struct ProtectedTest : DeskTest {
    ProtectedTest() {
        world.setup.projects["greeter"].protected_paths = {"Makefile"};
        world.setup.pipeline.stages[1].gates = {"committed", "secrets"};
        analyse(id);
        world.desk().approve(id, world.answerTo(id, "approve"));
        world.settle();
    }
    void commitAndEnd(const std::string& path, const std::string& text) {
        world.forge.commit("orch/T-1", path, text);
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
    }
    void checkPasses() {
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
    }
};

// proves S4
// proves S8
TEST_F(ProtectedTest, AChangeOfAProtectedPathLandsOnlyAfterAPersonApprovedThatHead) {
    commitAndEnd("Makefile", "check:\n\t@true\n");
    checkPasses();
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_EQ(world.forge.countOf("land"), 0);
    EXPECT_THAT(world.notifier.texts(), Contains(HasSubstr("changes protected paths Makefile")));
    world.desk().approve(id, world.answerTo(id, "approve"));
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

TEST_F(ProtectedTest, ARejectionSendsItBackToTakeTheChangeBack) {
    commitAndEnd("Makefile", "check:\n\t@true\n");
    checkPasses();
    world.desk().reject(id, world.answerTo(id, "approve", "leave it alone"));
    world.settle();
    EXPECT_EQ(world.task(id).stage, "development");
    EXPECT_THAT(world.task(id).feedback,
                AllOf(HasSubstr("Take the change of Makefile"), HasSubstr("leave it alone")));
}

// proves S4
TEST_F(ProtectedTest, ACommitAfterTheApprovalVoidsIt) {
    commitAndEnd("Makefile", "check:\n\t@true\n");
    checkPasses();
    const auto seen = world.answerTo(id, "approve");
    world.forge.commit("orch/T-1", "Makefile", "check:\n\t@echo fine\n");
    EXPECT_THAT(refusal([&] { world.desk().approve(id, seen); }), HasSubstr("is not what stands"));
    world.settle();
    EXPECT_EQ(world.forge.countOf("land"), 0);
}

// proves S8
TEST_F(ProtectedTest, ASecretGoesBackAndTheAllowListOfTheWorkDoesNotExcuseIt) {
    const auto key = std::string{"AKIA"} + "QWERTYUIOPASDFGH\n";
    world.forge.commit("orch/T-1", ".orch-secrets-allow", "**\n");
    commitAndEnd("key.txt", key);
    EXPECT_EQ(world.task(id).stage, "development");
    EXPECT_THAT(world.task(id).feedback,
                AllOf(HasSubstr("aws-access-key-id in key.txt"), Not(HasSubstr("QWERTY"))));
    world.forge.commitOnBase(".orch-secrets-allow", "key.txt\n");
    commitAndEnd("other.txt", "x\n");
    EXPECT_EQ(world.task(id).stage, "testing");
}

}  // namespace orch::testing

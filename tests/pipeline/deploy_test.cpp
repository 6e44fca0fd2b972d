#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "core/names.hpp"
#include "pipeline/world.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"
#include "store/store_fixture.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Tasks whose deploy command runs, over a project that names a code for each meaning.
struct DeployStepTest : ::testing::Test {
    DeployStepTest() {
        auto& project = world.setup.projects["greeter"];
        project.deploy = {"./deploy.sh", "{version}"};
        project.deploy_codes = {.rolled_back = {3}, .retry = {75}};
        id = toDeploy();
    }
    /// A new task, brought up to where its deploy command runs or waits.
    TaskId toDeploy(const std::string& text = "work\n") {
        const auto task = world.create();
        world.develop(task, text);
        end(task, 0);
        return task;
    }
    /// The process of the task's running job ends.
    void end(TaskId task, int code) {
        world.launcher().exit(world.runningAttempt(task), code);
        world.settle();
    }
    [[nodiscard]] Deploy deploy(int number = 1) {
        return world.host->store.read(
            [&](Connection& db) { return findDeploy(db, "greeter", number).value(); });
    }
    [[nodiscard]] std::vector<std::string> runs() {
        std::vector<std::string> versions;
        const std::lock_guard lock(world.processes.mutex);
        for (const auto& [key, spec] : world.processes.started) {
            if (spec.command.front() == "./deploy.sh") versions.push_back(spec.command.at(1));
        }
        return versions;
    }
    [[nodiscard]] std::string journalled(const std::string& rule) {
        std::string all;
        for (const auto& row : world.host->store.read(
                 [&](Connection& db) { return readJournal(db, name(id), 0, 1000); })) {
            if (row.rule == rule) all += row.decision + "\n";
        }
        return all;
    }
    [[nodiscard]] std::string artefact() {
        return readFile(world.setup.taskFolder(id) / "06-deploy-log.md").value_or("");
    }
    void expectParked(const std::string& because) {
        EXPECT_EQ(world.task(id).state, TaskState::kParked);
        EXPECT_THAT(world.task(id).reason, HasSubstr(because));
        EXPECT_EQ(world.task(id).deployed_version, "");
        EXPECT_THAT(world.notifier.texts(), ElementsAre(HasSubstr("T-1 needs a person in deploy")));
        EXPECT_THAT(runs(), ElementsAre("v1"));
    }

    World world;
    TaskId id{};
};

// proves S6, Q8
TEST_F(DeployStepTest, ExitZeroIsDeployedByTheFinalizer) {
    EXPECT_EQ(deploy().state, DeployState::kRunning);
    end(id, 0);
    EXPECT_EQ(deploy().state, DeployState::kDeployed);
    EXPECT_EQ(deploy().exit_code, 0);
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
    EXPECT_EQ(world.task(id).deployed_version, "v1");
    const auto last = world.jobs(id).front();
    EXPECT_EQ(last.agent, "deploy-finalizer");
    EXPECT_EQ(last.lane, Lane::kReserved);
    EXPECT_THAT(journalled("deploy"), HasSubstr("v1 ("));
    EXPECT_THAT(world.notifier.texts(), IsEmpty());
}

// proves S6
TEST_F(DeployStepTest, AnyOtherCodeIsFailedAndTellsAPersonOnce) {
    end(id, 9);
    EXPECT_EQ(deploy().state, DeployState::kFailed);
    expectParked("deploy of v1 failed: exit 9");
    world.restart();
    world.settle();
    expectParked("deploy of v1 failed: exit 9");
}

TEST_F(DeployStepTest, TheReasonEndsWithWhatTheCommandSaid) {
    const auto log = world.setup.state_dir / "jobs" / name(world.runningAttempt(id)) / "out.log";
    ensureFolder(log.parent_path());
    replaceFile(log, "copying\nno space left on device\n");
    end(id, 1);
    expectParked("no space left on device");
    EXPECT_THAT(artefact(), HasSubstr("    no space left on device\n"));
}

// proves S6
TEST_F(DeployStepTest, ANamedCodeIsRolledBack) {
    end(id, 3);
    EXPECT_EQ(deploy().state, DeployState::kRolledBack);
    expectParked("deploy of v1 was taken back: its command rolled it back (exit 3)");
}

TEST_F(DeployStepTest, IG13ARollbackThatFailsIsLoudAndNothingIsRunAfterIt) {
    end(id, 4);
    world.passTime();
    world.restart();
    world.settle();
    expectParked("deploy of v1 failed: exit 4");
}

// proves S6, Q7
TEST_F(DeployStepTest, RetryRunsTheSameVersionAgainAndIsBounded) {
    for (int run = 1; run < kDeployRuns; ++run) {
        end(id, 75);
        EXPECT_EQ(deploy().state, DeployState::kRequested);
        EXPECT_EQ(world.liveJob(id).status, JobStatus::kScheduled);
        world.passTime();
    }
    end(id, 75);
    EXPECT_EQ(deploy().state, DeployState::kFailed);
    EXPECT_THAT(world.task(id).reason, HasSubstr("asked 3 times to be run again"));
    EXPECT_THAT(runs(), ElementsAre("v1", "v1", "v1"));
    EXPECT_EQ(world.notifier.texts().size(), 1U);
}

TEST_F(DeployStepTest, ARetryThatSucceedsIsDeployedOnce) {
    end(id, 75);
    world.passTime();
    end(id, 0);
    EXPECT_EQ(world.task(id).deployed_version, "v1");
    EXPECT_EQ(deploy().tries, 1);
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

// proves X1
TEST_F(DeployStepTest, AnEndThatNobodySawIsNotGuessedAndNotRunAgain) {
    world.launcher().loseShim(world.runningAttempt(id));
    world.settle();
    world.passTime();
    EXPECT_EQ(deploy().state, DeployState::kUnknown);
    expectParked("deploy of v1 is in doubt: nobody saw how its command ended");
}

TEST_F(DeployStepTest, ASignalIsAFailure) {
    world.launcher().dieBySignal(world.runningAttempt(id), 9);
    world.settle();
    EXPECT_EQ(deploy().state, DeployState::kFailed);
    expectParked("deploy of v1 failed: signal 9");
}

// proves S6, Q5: the code of a command that ended while no orchd ran
TEST_F(DeployStepTest, ACommandThatEndsWhileOrchdIsDownIsFinalisedByTheNext) {
    const auto key = world.runningAttempt(id);
    {
        const std::lock_guard lock(world.processes.mutex);
        world.processes.alive.erase(key);
        world.processes.exits[key] = {.key = key, .outcome = Outcome::kExited, .exit_code = 3};
    }
    world.restart();
    world.settle();
    EXPECT_EQ(deploy().state, DeployState::kRolledBack);
    expectParked("taken back");
}

// proves S7
TEST_F(DeployStepTest, LeavesItsArtefact) {
    end(id, 0);
    for (const auto* part : {"# Deploy of v1: deployed",
                             "- command: `./deploy.sh v1`",
                             "- exit code: 0",
                             "- meaning: deployed"}) {
        EXPECT_THAT(artefact(), HasSubstr(part));
    }
    EXPECT_THAT(artefact(), HasSubstr("- commit: " + world.task(id).merge_sha));
}

TEST_F(DeployStepTest, AnArtefactThatCannotBeWrittenStopsNoDeploy) {
    ensureFolder(world.setup.taskFolder(id) / "06-deploy-log.md" / "occupied");
    end(id, 0);
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
    EXPECT_EQ(deploy().state, DeployState::kDeployed);
}

TEST_F(DeployStepTest, APersonsRetryIsANewVersionOfTheSameCommit) {
    end(id, 9);
    world.desk().retry(id, "me");
    world.settle();
    end(id, 0);
    EXPECT_EQ(world.task(id).deployed_version, "v2");
    EXPECT_EQ(deploy(1).sha, deploy(2).sha);
    EXPECT_THAT(artefact(), HasSubstr("- v1 ("));
}

// proves S6: neither another merge nor another deploy touches the one that runs
TEST_F(DeployStepTest, IG11AnotherMergeDuringADeployWaitsAndCutsNothingOff) {
    const auto other = toDeploy("more work\n");
    EXPECT_NE(world.task(other).merge_sha, "");
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kQueued);
    EXPECT_THAT(world.launcher().cancelled(), IsEmpty());
    EXPECT_THAT(runs(), ElementsAre("v1"));
    EXPECT_THAT(
        world.desk().explain(other).lines,
        Contains(HasSubstr("the lane deploy:greeter runs one at a time: deploy job " +
                           std::to_string(raw(world.liveJob(id).id)) + " of T-1 is running")));
    end(id, 0);
    end(other, 0);
    EXPECT_EQ(world.task(other).deployed_version, "v2");
}

TEST_F(DeployStepTest, ADeployThatWaitedDoesNotTakeProductionBack) {
    const auto waiting = toDeploy("more work\n");
    world.desk().pause(waiting, "me", "");
    const auto later = toDeploy("and more\n");
    end(id, 0);
    end(later, 0);
    world.desk().resume(waiting, "me");
    world.settle();
    EXPECT_EQ(world.task(waiting).state, TaskState::kDone);
    EXPECT_EQ(world.task(waiting).deployed_version, "v3");
    EXPECT_THAT(runs(), ElementsAre("v1", "v3"));
    EXPECT_EQ(deploy(2).reason, "its commit is in production with v3");
}

TEST_F(DeployStepTest, AWaitingDeployThatIsCancelledNeverRuns) {
    const auto other = toDeploy("more work\n");
    world.desk().cancelJob(world.liveJob(other).id, "me");
    world.settle();
    EXPECT_EQ(deploy(2).state, DeployState::kCancelled);
    EXPECT_THAT(world.task(other).reason, HasSubstr("deploy of v2 was cancelled before it began"));
}

TEST_F(DeployStepTest, ACancelledTasksDeployIsRecordedAndTold) {
    world.desk().cancel(id, "me", "");
    world.settle();
    EXPECT_EQ(deploy().state, DeployState::kFailed);
    EXPECT_THAT(world.notifier.texts(),
                ElementsAre(HasSubstr("T-1 is cancelled, and its deploy ended: v1")));
}

TEST_F(DeployStepTest, NothingIsRunAgainForATaskThatWasCancelledMeanwhile) {
    world.desk().pauseQueue("me");
    end(id, 75);
    world.desk().cancel(id, "me", "");
    world.desk().resumeQueue("me");
    world.settle();
    EXPECT_EQ(deploy().state, DeployState::kCancelled);
    EXPECT_THAT(deploy().reason, HasSubstr("exit 75), and its task was cancelled meanwhile"));
    EXPECT_EQ(world.jobs(id).front().payload.kind, WorkKind::kFinalize);
}

TEST_F(DeployStepTest, WhatIsRevertedDuringItsDeployIsNotDone) {
    world.forge.revertOnBase(world.task(id).merge_sha);
    end(id, 0);
    EXPECT_EQ(world.task(id).state, TaskState::kParked);
    EXPECT_THAT(world.task(id).reason, HasSubstr("it was reverted"));
}

TEST_F(DeployStepTest, APausedTasksDeployIsRecordedAtOnce) {
    world.desk().pause(id, "me", "");
    end(id, 0);
    EXPECT_EQ(deploy().state, DeployState::kDeployed);
    EXPECT_EQ(world.task(id).state, TaskState::kPaused);
    world.desk().resume(id, "me");
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

/// The transaction that ends a deploy's command, on rows alone.
struct CommandEndTest : RowsTest, ::testing::WithParamInterface<Outcome> {
    orch::Setup setup;
};

// proves S6, Q6
TEST_P(CommandEndTest, EnqueuesTheFinalizerInItsOwnTransaction) {
    NewJob order{.task = newTask(), .project = "greeter", .stage = "deploy", .lane = Lane::kExec};
    order.payload = {.kind = WorkKind::kDeploy, .head = "s1", .version = "1"};
    order.unique_key = "task:T-1";
    const auto id = newJob(order);
    const auto key = claimJobs(tx, {0, 1, 0}).at(0).key();
    setup.retry.max_lost = 1;
    (void)finishAttempt(tx, setup, key, {.outcome = GetParam(), .exit_code = 75});
    EXPECT_TRUE(isFinal(job(id).status));
    const auto next = claimJobs(tx, {0, 1, 1}).at(0);
    EXPECT_EQ(next.agent + " " + next.payload.version, "deploy-finalizer 1");
    EXPECT_EQ(next.payload.kind, WorkKind::kFinalize);
}

INSTANTIATE_TEST_SUITE_P(OfAll,
                         CommandEndTest,
                         ::testing::Values(Outcome::kExited,
                                           Outcome::kSignaled,
                                           Outcome::kTimedOut,
                                           Outcome::kLost,
                                           Outcome::kCancelled,
                                           Outcome::kHostRebooted,
                                           Outcome::kStartFailed),
                         [](const auto& of) { return std::string(nameOf(of.param)); });

/// The commit of a failed deploy was found bad.
struct QuarantineTest : DeployStepTest {
    QuarantineTest() {
        end(id, 9);
        world.host->store.write(
            [](Tx& tx) { (void)quarantineDeploy(tx, "greeter", 1, "5 health failures"); });
        world.desk().retry(id, "me");
        world.settle();
    }
};

TEST_F(QuarantineTest, KeepsACommitFromBeingDeployedAgain) {
    EXPECT_EQ(world.task(id).state, TaskState::kParked);
    EXPECT_THAT(world.task(id).reason, HasSubstr("is in quarantine since it was deployed as v1"));
    EXPECT_THAT(runs(), ElementsAre("v1"));
    const auto explained = world.desk().explain(id);
    EXPECT_THAT(explained.lines, Contains(HasSubstr("5 health failures")));
    EXPECT_THAT(explained.actions, Contains(HasSubstr("orchctl task override T-1")));
}

TEST_F(QuarantineTest, APersonSaysThatItIsDeployedAgain) {
    world.desk().overrule(id, world.answerTo(id, "override", "the probe was wrong"));
    world.settle();
    end(id, 0);
    EXPECT_EQ(world.task(id).deployed_version, "v2");
    EXPECT_THAT(journalled("override"), HasSubstr("override by me: the probe was wrong"));
}

TEST_F(QuarantineTest, ANewCommitIsDeployed) {
    EXPECT_THAT(toDeploy("better work\n"), Not(id));
    EXPECT_THAT(runs(), ElementsAre("v1", "v2"));
}

TEST_F(DeployStepTest, ACommitFoundBadWhileItsDeployWaitsIsNotDeployed) {
    const auto other = toDeploy("more work\n");
    world.host->store.write([](Tx& tx) { (void)quarantineDeploy(tx, "greeter", 2, "bad"); });
    end(id, 0);
    EXPECT_EQ(deploy(2).state, DeployState::kCancelled);
    EXPECT_THAT(world.task(other).reason, HasSubstr("in quarantine"));
    EXPECT_THAT(runs(), ElementsAre("v1"));
}

}  // namespace orch::testing

#include "pipeline/flip.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <future>

#include "base/error.hpp"
#include "pipeline/world.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

/// One task whose developer runs, and somebody who watches it from afar.
struct FlipTest : ::testing::Test {
    World world;
    TaskId id = world.create();
    AttemptKey key = world.runningAttempt(id);

    Job row() {
        return world.host->store.read([&](Connection& db) { return findJob(db, key.job).value(); });
    }
    FlipOrder order(FlipCause cause) {
        const auto job = row();
        return {.key = key,
                .cause = cause,
                .by = {.process = {job.pid, job.pid_start},
                       .actor = "plugin:reaper#3",
                       .rule = "reap",
                       .decision = "flipped"}};
    }
    FlipResult flip(const FlipOrder& wanted) {
        const auto answer = world.host->flipper->flip(wanted);
        world.settle();
        return answer.result;
    }
    FlipResult flip(FlipCause cause) { return flip(order(cause)); }
    /// It is gone, and nobody was told.
    void dieUnheard() {
        world.launcher().unwatch(key);
        world.launcher().loseShim(key);
    }
    void change(const std::string& what) {
        world.host->store.write([&](Tx& tx) { tx.db().execute("UPDATE jobs SET " + what); });
    }
    /// It has no folder any more: its row is all there is.
    void loseFolder() {
        dieUnheard();
        EXPECT_TRUE(world.launcher().removeFolder(key));
    }
    void oneSlot() {
        world.stop();
        world.setup.limits.agent = 1;
        world.restart();
        world.settle();
    }
    int flips() {
        return world.host->store.read([&](Connection& db) {
            int count = 0;
            for (const auto& entry : readJournal(db, name(id), 0, 1000))
                count += entry.rule == "reap";
            return count;
        });
    }
};

// proves R3, R4: the ordinary end, and the gate's word
TEST_F(FlipTest, ID1LostCompletionIsFinishedByItsExitRecord) {
    world.forge.commit(world.task(id).branch(), "work.txt", "work\n");
    world.launcher().unwatch(key);
    world.launcher().exit(key, 0);
    EXPECT_EQ(flip(FlipCause::kExitRecord), FlipResult::kFinished);
    EXPECT_EQ(row().status, JobStatus::kSucceeded);
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_EQ(flips(), 1);
}

// proves R4: exit 0 is not progress
TEST_F(FlipTest, ExitZeroWithoutWorkDoesNotAdvanceTheTask) {
    world.launcher().unwatch(key);
    world.launcher().exit(key, 0);
    EXPECT_EQ(flip(FlipCause::kExitRecord), FlipResult::kFinished);
    EXPECT_EQ(world.task(id).stage, "development");
}

TEST(FlipVerdictTest, ExitRecordWinsOverWhateverWasInferred) {
    for (const auto cause :
         {FlipCause::kProcessDied, FlipCause::kMaxRunning, FlipCause::kUnknownLiveness}) {
        RunningJob seen;
        seen.folder = {.lock = SeenLock::kFree,
                       .exit = SeenExit::kValid,
                       .record = ExitRecord{.outcome = Outcome::kExited, .exit_code = 7}};
        const auto verdict = judgeFlip(cause, seen);
        EXPECT_EQ(verdict.result, FlipResult::kExitWon);
        EXPECT_EQ(verdict.ended.exit_code, 7);
        EXPECT_FALSE(verdict.block);
    }
}

TEST_F(FlipTest, ExitRecordWrittenMeanwhileIsTheEnd) {
    const auto stale = order(FlipCause::kProcessDied);
    world.launcher().unwatch(key);
    world.launcher().exit(key, 3);
    EXPECT_EQ(flip(stale), FlipResult::kExitWon);
    EXPECT_EQ(row().exit_code, 3);
}

// proves R1
TEST_F(FlipTest, ID1DeadProcessIsLostAndTriedAgainUncharged) {
    dieUnheard();
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kFinished);
    EXPECT_EQ(row().status, JobStatus::kScheduled);
    EXPECT_EQ(row().failures, 0);
    EXPECT_THAT(row().reason, HasSubstr("lost: process_died"));
    EXPECT_EQ(flips(), 1);
}

TEST_F(FlipTest, OneJournalRowTellsWhoWhyAndWhatCameOfIt) {
    dieUnheard();
    auto wanted = order(FlipCause::kProcessDied);
    wanted.by.evidence = {{"streak", "3"}};
    (void)flip(wanted);
    const auto rows =
        world.host->store.read([&](Connection& db) { return lastJournal(db, name(id), 1); });
    EXPECT_EQ(rows.at(0).actor, "plugin:reaper#3");
    EXPECT_THAT(rows.at(0).decision, HasSubstr("flipped (lost: process_died, again in"));
    EXPECT_THAT(rows.at(0).evidence, Contains(std::pair<std::string, std::string>("streak", "3")));
    EXPECT_THAT(rows.at(0).evidence,
                Contains(std::pair<std::string, std::string>("cause", "process_died")));
}

TEST_F(FlipTest, HeldLockIsAliveWhateverThePidSays) {
    for (const auto cause : {FlipCause::kExitRecord,
                             FlipCause::kProcessDied,
                             FlipCause::kPidReused,
                             FlipCause::kSpawnLost}) {
        EXPECT_EQ(flip(cause), FlipResult::kAlive);
    }
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_EQ(flips(), 0);
}

TEST_F(FlipTest, DamagedExitRecordIsKeptAsideAndNeverReadAsZero) {
    world.launcher().unwatch(key);
    world.launcher().exitDamaged(key);
    EXPECT_EQ(flip(FlipCause::kExitRecord), FlipResult::kRefused);
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kFinished);
    EXPECT_FALSE(row().exit_code);
    const auto rows =
        world.host->store.read([&](Connection& db) { return lastJournal(db, name(id), 1); });
    EXPECT_THAT(rows.at(0).evidence,
                Contains(::testing::Pair("exit_damaged", HasSubstr("exit.damaged.json"))));
}

// proves R3
TEST_F(FlipTest, WhoComesSecondChangesNothing) {
    dieUnheard();
    const auto wanted = order(FlipCause::kProcessDied);
    EXPECT_EQ(flip(wanted), FlipResult::kFinished);
    const auto rules = world.journalRules(id);
    EXPECT_EQ(flip(wanted), FlipResult::kLostRace);
    EXPECT_EQ(world.journalRules(id), rules);
}

// proves R3: the attempt and the process are part of the guard
TEST_F(FlipTest, RowThatNamesAnotherProcessByNowIsLeftAlone) {
    const auto stale = order(FlipCause::kProcessDied);
    dieUnheard();
    change("pid=pid+1");
    EXPECT_EQ(flip(stale), FlipResult::kLostRace);
    EXPECT_EQ(row().status, JobStatus::kRunning);
}

TEST_F(FlipTest, FlipOfAnEarlierAttemptIsLost) {
    auto stale = order(FlipCause::kProcessDied);
    world.launcher().loseShim(key);
    world.settle();
    world.passTime();
    EXPECT_EQ(row().attempt, 2);
    EXPECT_EQ(flip(stale), FlipResult::kLostRace);
    EXPECT_EQ(row().status, JobStatus::kRunning);
}

TEST_F(FlipTest, NothingIsDoneWithoutThePermit) {
    dieUnheard();
    auto wanted = order(FlipCause::kProcessDied);
    wanted.permit = [](Tx&) { return false; };
    EXPECT_EQ(flip(wanted), FlipResult::kRefused);
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_EQ(flips(), 0);
}

TEST_F(FlipTest, NoJournalRowNoFlip) {
    dieUnheard();
    world.host->store.write([](Tx& tx) {
        tx.db().execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON journal "
            "BEGIN SELECT RAISE(ABORT, 'full'); END");
    });
    EXPECT_THROW((void)flip(FlipCause::kProcessDied), StoreError);
    EXPECT_EQ(row().status, JobStatus::kRunning);
}

TEST_F(FlipTest, OtherBootIsNoLossOfTheWork) {
    dieUnheard();
    EXPECT_EQ(flip(FlipCause::kOtherBoot), FlipResult::kRefused);
    change("boot_id='another'");
    EXPECT_EQ(flip(FlipCause::kOtherBoot), FlipResult::kFinished);
    EXPECT_THAT(row().reason, HasSubstr("the machine went down"));
}

TEST_F(FlipTest, AttemptOfAnotherHostIsNotOurs) {
    loseFolder();
    change("pid_space='elsewhere pid:[1]'");
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kRefused);
    change("boot_id='another'");
    EXPECT_EQ(flip(FlipCause::kOtherBoot), FlipResult::kRefused);
}

TEST_F(FlipTest, AttemptThatNeverGotAProcessIsLost) {
    loseFolder();
    EXPECT_EQ(flip(FlipCause::kSpawnLost), FlipResult::kRefused);  // it has one
    change("pid=NULL, pid_start=NULL");
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kRefused);  // nobody knows of any
    EXPECT_EQ(flip(FlipCause::kSpawnLost), FlipResult::kFinished);
    EXPECT_THAT(row().reason, HasSubstr("spawn_lost"));
}

/// The shim takes its time to end.
struct OverdueTest : FlipTest {
    OverdueTest() { world.launcher().ignoreCancel(); }
};

// proves R2: the backstop never makes two agents in one worktree
TEST_F(OverdueTest, OverdueTaskWaitsUntilItsAttemptIsEnded) {
    EXPECT_EQ(flip(FlipCause::kMaxRunning), FlipResult::kFinished);
    EXPECT_EQ(world.launcher().cancelled(), std::vector{key});
    world.passTime();
    EXPECT_EQ(row().status, JobStatus::kQueued);
    EXPECT_EQ(world.task(id).blocked_by, key);
    world.launcher().exit(key, 0);
    world.settle();
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_EQ(row().attempt, 2);
    EXPECT_EQ(world.processes.most_alive_at_once, 1);
}

TEST_F(OverdueTest, ID14LateResultIsKeptAsideAndRevivesNothing) {
    EXPECT_EQ(flip(FlipCause::kMaxRunning), FlipResult::kFinished);
    world.launcher().exit(key, 0);
    world.settle();
    EXPECT_NE(row().status, JobStatus::kSucceeded);
    EXPECT_THAT(world.journalRules(id), Contains("late_result"));
    const auto attempts =
        world.host->store.read([&](Connection& db) { return attemptsOf(db, key.job); });
    EXPECT_EQ(attempts.at(0).outcome, Outcome::kTimedOut);
    EXPECT_THAT(attempts.at(0).detail, HasSubstr("ended later: exited with code 0"));
}

// proves R1, Q1: the slot is taken until the process is gone, and free then
TEST_F(OverdueTest, SlotIsTakenUntilTheAttemptIsEnded) {
    oneSlot();
    world.launcher().ignoreCancel();
    const auto other = world.create("another");
    EXPECT_EQ(flip(FlipCause::kMaxRunning), FlipResult::kFinished);
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kQueued);
    world.launcher().exit(key, 0);
    world.settle();
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kRunning);
}

TEST_F(OverdueTest, RestartInTheMiddleEndsItAndFreesTheTask) {
    EXPECT_EQ(flip(FlipCause::kMaxRunning), FlipResult::kFinished);
    world.restart();
    EXPECT_FALSE(world.task(id).blocked_by);
    EXPECT_THAT(world.journalRules(id), Contains("unblock"));
    EXPECT_TRUE(world.launcher().alive().empty());
}

TEST_F(FlipTest, OverdueAttemptThatObeysFreesItsTaskAtOnce) {
    EXPECT_EQ(flip(FlipCause::kMaxRunning), FlipResult::kFinished);
    world.settle();
    EXPECT_FALSE(world.task(id).blocked_by);
    EXPECT_TRUE(world.launcher().alive().empty());
}

// proves R1: one zombie blocks nobody
TEST_F(FlipTest, ZombieDoesNotBlockTheQueueOfOthers) {
    oneSlot();
    const auto other = world.create("another");
    dieUnheard();
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kQueued);
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kFinished);
    EXPECT_EQ(world.liveJob(other).status, JobStatus::kRunning);
}

TEST_F(FlipTest, UnknownLivenessAlertsAndBlocksUntilItIsClear) {
    loseFolder();
    change("pid=" + std::to_string(getpid()) + ", pid_start=NULL");
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kRefused);
    EXPECT_EQ(flip(FlipCause::kUnknownLiveness), FlipResult::kFinished);
    EXPECT_THAT(world.notifier.texts(), Contains(HasSubstr("unknown_liveness")));
    EXPECT_EQ(world.task(id).blocked_by, key);
    change("pid=2147483647");
    EXPECT_TRUE(eventually([&] { return !world.task(id).blocked_by; }));
}

TEST_F(FlipTest, ID14ResultOfASupersededAttemptChangesNothingOfTheNext) {
    dieUnheard();
    EXPECT_EQ(flip(FlipCause::kProcessDied), FlipResult::kFinished);
    world.passTime();
    ASSERT_EQ(row().attempt, 2);
    AttemptObservation late;
    late.exit = ExitRecord{.key = key, .outcome = Outcome::kExited, .exit_code = 0};
    world.host->finisher.attemptEnded(key, late);
    world.settle();
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_THAT(world.journalRules(id), Contains("late_result"));
}

/// The repository's lane is busy, so what is claimed stays in preparation.
struct PreparingTest : ::testing::Test {
    World world;
    std::promise<void> go;

    PreparingTest() {
        world.host->lanes.post(Repositories::laneOf("greeter"),
                               [free = go.get_future().share()] { free.wait(); });
        id = world.desk().create({.project = "greeter", .title = "t"}, "me").id;
        EXPECT_TRUE(eventually([&] { return running().jobs.size() == 1; }));
    }
    RunningJobs::Seen running() { return world.host->running->look(); }
    TaskId id{};
};

TEST_F(PreparingTest, ID19AttemptInPreparationIsNeitherLookedAtNorFlipped) {
    const auto seen = running().jobs.at(0);
    EXPECT_TRUE(seen.starting);
    EXPECT_EQ(seen.folder.lock, SeenLock::kUnknown);
    for (const auto cause : {FlipCause::kSpawnLost, FlipCause::kMaxRunning}) {
        const auto answer = world.host->flipper->flip({.key = seen.row.key, .cause = cause});
        EXPECT_EQ(answer.result, FlipResult::kStarting);
    }
    go.set_value();
    world.settle();
    EXPECT_FALSE(running().jobs.at(0).starting);
    EXPECT_EQ(running().jobs.at(0).folder.lock, SeenLock::kHeld);
}

}  // namespace orch::testing

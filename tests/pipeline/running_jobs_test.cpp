#include "pipeline/running_jobs.hpp"

#include <gmock/gmock.h>

#include "pipeline/world.hpp"
#include "support/child.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

/// Rows that somebody else wrote, without a folder: their pids are all there is.
struct RunningJobsTest : ::testing::Test {
    TempDir dir;
    Store store{dir / "orch.db", 5s};
    orch::Setup setup;
    FakeLauncher::World processes;
    struct Deaf final : AttemptListener {
        void attemptStarted(const ProcRecord& /*proc*/) override {}
        void attemptEnded(AttemptKey /*key*/, const AttemptObservation& /*seen*/) override {}
    } deaf;
    FakeLauncher launcher{processes, deaf};
    InHand in_hand;
    RunningJobs running{store, setup, launcher, in_hand};

    AttemptKey claim() {
        return store.write([](Tx& tx) {
            (void)enqueueJob(tx, {.project = "p", .stage = "s", .agent = "a"});
            return claimJobs(tx, {100, 0, 0}).at(0).key();
        });
    }
    void stamp(AttemptKey key, const ProcessIdentity& who) {
        store.write([&](Tx& tx) { stampProcess(tx, {key, bootId(), {1, 1}, who}); });
    }
    RunningJob seed(const ProcessIdentity& who) {
        stamp(claim(), who);
        return only();
    }
    RunningJob only() {
        const auto seen = running.look();
        EXPECT_EQ(seen.jobs.size(), 1U);
        return seen.jobs.at(0);
    }
    void change(const std::string& what) {
        store.write([&](Tx& tx) { tx.db().execute("UPDATE jobs SET " + what); });
    }
};

TEST_F(RunningJobsTest, LiveProcessOfASeededRowIsKnownByIdentity) {
    const auto self = *identityOf(getpid());
    const auto job = seed(self);
    EXPECT_EQ(job.folder.lock, SeenLock::kAbsent);
    EXPECT_EQ(job.agent.liveness, Liveness::kAlive);
    EXPECT_EQ(job.row.process.pid, self.pid);
    EXPECT_TRUE(job.same_boot && job.same_host && !job.starting);
}

TEST_F(RunningJobsTest, ReusedPidIsDead) {
    auto other = *identityOf(getpid());
    --other.start;
    const auto job = seed(other);
    EXPECT_EQ(job.agent.liveness, Liveness::kDead);
    EXPECT_EQ(job.agent_why, "pid_reused");
    EXPECT_EQ(job.others, 0);
}

int leadAndLeaveOne() {
    setpgid(0, 0);
    if (fork() == 0) return waitForKill();
    raise(SIGSTOP);
    return waitForKill();
}

TEST_F(RunningJobsTest, OrphansOfADeadAgentAreCounted) {
    Child agent{leadAndLeaveOne};
    agent.awaitState(WSTOPPED);
    const auto who = *identityOf(agent.pid());
    EXPECT_EQ(seed(who).agent.liveness, Liveness::kAlive);  // stopped is alive
    kill(who.pid, SIGKILL);
    agent.awaitState(WEXITED);
    EXPECT_EQ(only().agent_why, "zombie");
    EXPECT_EQ(only().others, 1);
    kill(-who.pid, SIGKILL);
}

TEST_F(RunningJobsTest, RowWithoutAPidIsUnknown) {
    (void)claim();
    EXPECT_EQ(only().agent.liveness, Liveness::kUnknown);
    EXPECT_EQ(only().agent_why, "no_pid");
}

TEST_F(RunningJobsTest, OtherBootIsDeadAndOtherHostUnknown) {
    (void)seed(*identityOf(getpid()));
    change("boot_id='another'");
    EXPECT_FALSE(only().same_boot);
    EXPECT_EQ(only().agent.liveness, Liveness::kDead);
    change("pid_space='elsewhere pid:[1]'");
    EXPECT_FALSE(only().same_host);
    EXPECT_EQ(only().agent.liveness, Liveness::kUnknown);
}

TEST_F(RunningJobsTest, SameBootInAnotherPidNamespaceIsNotOurs) {
    (void)seed(*identityOf(getpid()));
    change("pid_space=pid_space || '0'");
    EXPECT_FALSE(only().same_host);
    EXPECT_EQ(only().agent_why, "other_host");
}

TEST_F(RunningJobsTest, AgeCountsAwakeTimeFromTheStart) {
    const auto key = claim();
    change("awake_since=awake_since-60000, started_at=0");
    EXPECT_GE(only().running, 60s);
    EXPECT_LT(only().running, 120s);
    stamp(key, {2, 2});
    EXPECT_LT(only().running, 60s);
}

TEST_F(RunningJobsTest, ID19AgesStartAgainAfterAnotherBoot) {
    (void)seed({2, 2});
    change("awake_since=0, started_at=0, boot_id='another'");
    EXPECT_LT(only().running, 60s);
}

// The wall clock is in no age at all, and what is stored of it follows CLOCK_BOOTTIME.
TEST_F(RunningJobsTest, ID6ClocksThatJumpOrSleepChangeNoAge) {
    (void)seed({2, 2});
    const auto before = only().running;
    change("started_at=started_at-86400000, created_at=created_at-86400000");
    EXPECT_LT(only().running - before, 60s);
}

TEST_F(RunningJobsTest, AdoptedAttemptKeepsItsAge) {
    const auto key = claim();
    stamp(key, {2, 2});
    change("awake_since=awake_since-60000");
    stamp(key, {2, 2});
    EXPECT_GE(only().running, 60s);
}

TEST_F(RunningJobsTest, RowOfAnOlderReleaseAgesFromTheFirstLook) {
    (void)seed({2, 2});
    change("awake_since=NULL, started_at=0");
    EXPECT_LT(only().running, 60s);
}

// proves R7, X2: one bad row never stops the others
TEST_F(RunningJobsTest, RowThatCannotBeReadIsLeftOutAndTheOthersAreTold) {
    (void)claim();
    const auto bad = claim();
    store.write([&](Tx& tx) {
        tx.db().execute("UPDATE jobs SET lane='sideways' WHERE id=" + std::to_string(raw(bad.job)));
    });
    EXPECT_EQ(running.look().jobs.size(), 1U);
}

TEST_F(RunningJobsTest, OrchdItselfIsSeenByTheSameCode) {
    EXPECT_EQ(running.look().self, (Sighting{Liveness::kAlive, SeenBy::kIdentity}));
}

TEST_F(RunningJobsTest, WhatIsInHandIsNotLookedAt) {
    const auto key = claim();
    in_hand.add(key);
    EXPECT_TRUE(only().starting);
    EXPECT_EQ(only().folder.lock, SeenLock::kUnknown);
    EXPECT_FALSE(running.look(AttemptKey{JobId{99}, 1}));
    EXPECT_TRUE(running.look(key)->starting);
}

}  // namespace orch::testing

#include "store/jobs.hpp"

#include "base/error.hpp"
#include "store/prune.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct JobsTest : RowsTest {
    NewJob full() {
        NewJob job = agentJob();
        job.task = newTask();
        job.stage = "testing";
        job.agent = "check";
        job.lane = Lane::kExec;
        job.visit = 3;
        job.payload = {WorkKind::kCheck, "abc", "def", "d1", "v7", {"make", "check \"x\"\n"}};
        job.priority = 7;
        job.run_at = tx.at() + 5s;
        job.max_failures = 2;
        job.unique_key = "check:T-1";
        return job;
    }
};

TEST_F(JobsTest, WhatWasEnqueuedIsFoundAgain) {
    const auto given = full();
    const auto found = job(newJob(given));
    EXPECT_EQ(found.task, given.task);
    EXPECT_EQ(found.stage, given.stage);
    EXPECT_EQ(found.lane, given.lane);
    EXPECT_EQ(found.visit, given.visit);
    EXPECT_EQ(found.payload.kind, given.payload.kind);
    EXPECT_EQ(found.payload.command, given.payload.command);
    EXPECT_EQ(found.payload.head + found.payload.base, "abcdef");
    EXPECT_EQ(found.run_at, given.run_at);
    EXPECT_EQ(found.unique_key, given.unique_key);
}

TEST_F(JobsTest, TextThatIsNotUtf8IsKeptAsReplacementCharacters) {
    NewJob odd = agentJob();
    odd.payload.command = {"\xff"};
    EXPECT_EQ(job(newJob(odd)).payload.command.at(0), "\xEF\xBF\xBD");
}

// proves Q7
TEST_F(JobsTest, UniqueKeyAnswersTheLiveJob) {
    const auto first = enqueueJob(tx, full());
    const auto second = enqueueJob(tx, full());
    EXPECT_TRUE(first.created);
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.id, first.id);
}

TEST_F(JobsTest, UniqueKeyOfAnEndedJobIsFreeAgain) {
    auto unique = agentJob();
    unique.unique_key = "k";
    const auto first = newJob(unique);
    ASSERT_EQ(requestCancel(tx, first, "no"), CancelEffect::kEnded);
    EXPECT_TRUE(enqueueJob(tx, unique).created);
}

TEST_F(JobsTest, IdsAreNeverUsedAgain) {
    const auto last = newJob();
    ASSERT_EQ(requestCancel(tx, last, "no"), CancelEffect::kEnded);
    ASSERT_EQ(pruneJobs(tx, tx.at() + 1ms, 10), 1);
    EXPECT_GT(newJob(), last);
}

TEST_F(JobsTest, JobOfATaskThatDoesNotExistIsRefused) {
    auto orphan = agentJob();
    orphan.task = TaskId{404};
    EXPECT_THROW(newJob(orphan), StoreError);
}

// proves Q4
TEST_F(JobsTest, ProcessIsStampedOnTheRunningAttemptOnly) {
    const auto key = running();
    const ProcRecord proc{key, "boot-1", {41, 410}, {42, 1ULL << 40U}};
    EXPECT_TRUE(stampProcess(tx, proc));
    EXPECT_EQ(job(key.job).pid, 42);
    EXPECT_EQ(job(key.job).pid_start, 1ULL << 40U);
    EXPECT_EQ(job(key.job).boot_id, "boot-1");
    EXPECT_FALSE(stampProcess(tx, {{key.job, 2}, "boot-1", {1, 1}, {1, 1}}));
}

TEST_F(JobsTest, FinishedJobIsNotStamped) {
    const auto key = running();
    ASSERT_TRUE(finishJob(tx, key, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_FALSE(stampProcess(tx, {key, "boot-1", {41, 410}, {42, 420}}));
    EXPECT_EQ(job(key.job).pid, std::nullopt);
}

TEST_F(JobsTest, FinishWritesTheJobAndItsAttempt) {
    const auto key = running();
    const Ended ended{Outcome::kExited, 3, std::nullopt, "it said no", "hash"};
    ASSERT_TRUE(finishJob(tx, key, ended, {JobStatus::kFailed, {}, 1, 0, "exit 3"}));
    const auto row = job(key.job);
    EXPECT_EQ(row.status, JobStatus::kFailed);
    EXPECT_EQ(row.exit_code, 3);
    EXPECT_EQ(row.failures, 1);
    EXPECT_EQ(row.finished_at, tx.at());
    EXPECT_EQ(row.artefact_hash, "hash");
    const auto attempt = attemptsOf(db, key.job).at(0);
    EXPECT_EQ(attempt.outcome, Outcome::kExited);
    EXPECT_EQ(attempt.detail, "it said no");
    EXPECT_EQ(attempt.ended_at, tx.at());
}

// proves R3
TEST_F(JobsTest, IA8SecondFinishOfAnAttemptChangesNothing) {
    const auto key = running();
    EXPECT_TRUE(finishJob(tx, key, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_FALSE(finishJob(tx, key, exited(1), becomes(JobStatus::kTimedOut)));
    EXPECT_EQ(job(key.job).status, JobStatus::kSucceeded);
    EXPECT_EQ(attemptsOf(db, key.job).at(0).exit_code, 0);
}

TEST_F(JobsTest, ID14FinishOfASupersededAttemptIsRejected) {
    const auto first = running();
    ASSERT_TRUE(finishJob(tx, first, exited(1), becomes(JobStatus::kScheduled)));
    const auto second = claim(1).at(0).key();
    ASSERT_EQ(second.attempt, 2);
    EXPECT_FALSE(finishJob(tx, first, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_EQ(job(first.job).status, JobStatus::kRunning);
}

TEST_F(JobsTest, ID14LateEndIsKeptBesideTheOutcome) {
    const auto key = running();
    const Ended lost{Outcome::kLost, {}, {}, "gone", ""};
    ASSERT_TRUE(finishJob(tx, key, lost, becomes(JobStatus::kLost)));
    noteLateEnd(tx, key, exited(0));
    noteLateEnd(tx, key, exited(9));
    const auto attempt = attemptsOf(db, key.job).at(0);
    EXPECT_EQ(attempt.outcome, Outcome::kLost);
    EXPECT_EQ(attempt.exit_code, std::nullopt);
    EXPECT_EQ(attempt.detail, "gone; ended later: exited with code 0");
}

TEST_F(JobsTest, LateEndOfAnAttemptWithoutOneIsItsEnd) {
    const auto key = running();
    noteLateEnd(tx, key, exited(4));
    EXPECT_EQ(attemptsOf(db, key.job).at(0).exit_code, 4);
}

TEST_F(JobsTest, LateEndDoesNotDoubtAnExitCodeThatIsKnown) {
    const auto key = running();
    ASSERT_TRUE(finishJob(tx, key, exited(0), becomes(JobStatus::kSucceeded)));
    noteLateEnd(tx, key, exited(1));
    EXPECT_EQ(attemptsOf(db, key.job).at(0).detail, "");
}

TEST_F(JobsTest, RetryGoesBackToScheduledInTheSameRow) {
    const auto key = running();
    const AfterAttempt again{JobStatus::kScheduled, tx.at() + 3s, 1, 2, "retry in 3 s"};
    ASSERT_TRUE(finishJob(tx, key, exited(1), again));
    const auto row = job(key.job);
    EXPECT_EQ(row.status, JobStatus::kScheduled);
    EXPECT_EQ(row.run_at, tx.at() + 3s);
    EXPECT_EQ(row.lost_count, 2);
    EXPECT_EQ(row.finished_at, std::nullopt);
}

TEST_F(JobsTest, ReleasedClaimIsQueuedUnchargedAndItsNumberStaysUsed) {
    const auto key = running();
    EXPECT_TRUE(releaseClaim(tx, key, "handler not ready"));
    EXPECT_FALSE(releaseClaim(tx, key, "handler not ready"));
    EXPECT_EQ(job(key.job).failures, 0);
    EXPECT_TRUE(attemptsOf(db, key.job).empty());
    EXPECT_EQ(claim(1).at(0).attempt, 2);
}

TEST_F(JobsTest, CancelEndsAWaitingJobAtOnce) {
    const auto id = newJob();
    EXPECT_EQ(requestCancel(tx, id, "not needed"), CancelEffect::kEnded);
    EXPECT_EQ(job(id).status, JobStatus::kCancelled);
    EXPECT_EQ(job(id).reason, "not needed");
    EXPECT_EQ(requestCancel(tx, id, "again"), CancelEffect::kNone);
    EXPECT_EQ(requestCancel(tx, JobId{99}, "none"), CancelEffect::kNone);
}

TEST_F(JobsTest, CancelFlagsARunningJob) {
    const auto key = running();
    EXPECT_EQ(requestCancel(tx, key.job, "stop"), CancelEffect::kRequested);
    EXPECT_TRUE(job(key.job).cancel_requested);
    EXPECT_EQ(job(key.job).status, JobStatus::kRunning);
}

}  // namespace orch::testing

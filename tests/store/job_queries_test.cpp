#include "base/error.hpp"
#include "core/names.hpp"
#include "store/prune.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct JobQueriesTest : RowsTest {
    JobId jobOf(TaskId task, const std::string& stage, WorkKind kind) {
        auto job = agentJob();
        job.task = task;
        job.stage = stage;
        job.payload.kind = kind;
        return newJob(job);
    }
    void end(AttemptKey key, Outcome outcome) {
        Ended ended;
        ended.outcome = outcome;
        ASSERT_TRUE(finishJob(tx, key, ended, becomes(JobStatus::kScheduled)));
    }
    std::array<std::int64_t, 8> countedByScan() {
        std::array<std::int64_t, 8> counts{};
        auto& row = db.prepared("SELECT status, count(*) FROM jobs GROUP BY status").bind();
        while (row.step()) {
            counts.at(static_cast<std::size_t>(*fromName<JobStatus>(row.text(0)))) = row.integer(1);
        }
        return counts;
    }
};

TEST_F(JobQueriesTest, RunningJobsAreThoseThatRun) {
    const auto key = running();
    newJob();
    const auto jobs = runningJobs(db);
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].key(), key);
}

TEST_F(JobQueriesTest, WaitingJobsAreQueuedOrScheduled) {
    running();
    auto later = agentJob();
    later.run_at = fromMilliseconds(9'000'000);
    const auto scheduled = newJob(later);
    const auto queued = newJob();
    const auto waiting = waitingJobs(db, 10);
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(waiting[0].id, scheduled);
    EXPECT_EQ(waiting[1].id, queued);
    EXPECT_EQ(waitingJobs(db, 1).size(), 1U);
}

TEST_F(JobQueriesTest, RecentJobsAreTheLastFinishedOnes) {
    for (int i = 0; i < 3; ++i) {
        auto then = at(1000 - i);  // job 3 ends first
        requestCancel(then, newJob(), "no");
    }
    const auto jobs = recentJobs(db, 2);
    ASSERT_EQ(jobs.size(), 2U);
    EXPECT_EQ(jobs[0].id, JobId{1});
    EXPECT_EQ(jobs[1].id, JobId{2});
}

TEST_F(JobQueriesTest, LiveJobIsTheOneThatHasNotEnded) {
    const auto task = newTask();
    const auto first = jobOf(task, "development", WorkKind::kAgent);
    requestCancel(tx, first, "no");
    EXPECT_FALSE(liveJobOf(db, task));
    const auto second = jobOf(task, "development", WorkKind::kAgent);
    EXPECT_EQ(liveJobOf(db, task)->id, second);
}

TEST_F(JobQueriesTest, LastJobIsByStageAndKind) {
    const auto task = newTask();
    const auto agent = jobOf(task, "testing", WorkKind::kAgent);
    jobOf(task, "testing", WorkKind::kCheck);
    const auto check = jobOf(task, "testing", WorkKind::kCheck);
    jobOf(task, "review", WorkKind::kCheck);
    EXPECT_EQ(lastJobOf(db, task, "testing", WorkKind::kCheck)->id, check);
    EXPECT_EQ(lastJobOf(db, task, "testing", WorkKind::kAgent)->id, agent);
    EXPECT_FALSE(lastJobOf(db, task, "testing", WorkKind::kMerge));
    EXPECT_EQ(jobsOfTask(db, task, 2).at(0).stage, "review");
}

TEST_F(JobQueriesTest, CountsFollowEveryChange) {
    const auto task = newTask();
    jobOf(task, "development", WorkKind::kAgent);
    end(running(), Outcome::kLost);
    ASSERT_TRUE(finishJob(tx, running(), exited(0), becomes(JobStatus::kSucceeded)));
    requestCancel(tx, newJob(), "no");
    pruneJobs(tx, tx.at() + 1ms, 1);
    releaseClaim(tx, running(), "not yet");
    EXPECT_EQ(countJobs(db), countedByScan());
}

TEST_F(JobQueriesTest, CountsComeBackWithASavepoint) {
    newJob();
    db.execute("SAVEPOINT s");
    newJob();
    db.execute("ROLLBACK TO s");
    db.execute("RELEASE s");
    EXPECT_EQ(countJobs(db).at(1), 1);
}

TEST_F(JobQueriesTest, DamagedRowIsNamedWhenItIsAskedFor) {
    const auto id = newJob();
    db.execute("UPDATE jobs SET lane='moon'");
    try {
        (void)findJob(db, id);
        FAIL() << "it was read";
    } catch (const StoreError& error) {
        EXPECT_STREQ(error.what(), "jobs row 1: this orchd knows no lane \"moon\"");
    }
}

// proves X2
TEST_F(JobQueriesTest, DamagedRowsDoNotStopAList) {
    for (int i = 0; i < 3; ++i) newJob();
    ASSERT_EQ(claim(3).size(), 3U);
    db.execute("UPDATE jobs SET payload='}' WHERE id=1");
    db.execute("UPDATE jobs SET kind='?' WHERE id=2");
    const auto jobs = runningJobs(db);
    ASSERT_EQ(jobs.size(), 2U);
    EXPECT_NE(jobs[0].reason.find("payload is damaged"), std::string::npos);
    EXPECT_EQ(jobs[1].id, JobId{3});
}

}  // namespace orch::testing

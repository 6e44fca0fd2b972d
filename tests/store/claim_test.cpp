#include "base/process.hpp"
#include "store/journal.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct ClaimTest : RowsTest {
    std::vector<std::int64_t> claimIds(int slots) {
        std::vector<std::int64_t> ids;
        for (const auto& each : claim(slots)) ids.push_back(raw(each.id));
        return ids;
    }
    JobId jobOf(TaskId task) {
        auto job = agentJob();
        job.task = task;
        return newJob(job);
    }
    JobId withPriority(int priority, const std::string& project = "greeter") {
        auto job = agentJob(project);
        job.priority = priority;
        return newJob(job);
    }
    JobId inLane(Lane lane) {
        auto job = agentJob();
        job.lane = lane;
        return newJob(job);
    }
    void setState(TaskId id, TaskState state) {
        auto task = findTask(db, id).value();
        task.state = state;
        task.reason = "said so";
        ASSERT_TRUE(updateTask(tx, task));
    }
};

TEST_F(ClaimTest, OldestGoesFirst) {
    newJob();
    newJob();
    EXPECT_EQ(claimIds(1), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{2}));
}

// proves Q7
TEST_F(ClaimTest, LowerPriorityNumberGoesFirst) {
    withPriority(100);
    withPriority(5);
    withPriority(50);
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{2, 3}));
}

TEST_F(ClaimTest, ProjectWithTheFewestRunningGoesFirst) {
    for (int i = 0; i < 3; ++i) newJob(agentJob("busy"));
    newJob(agentJob("quiet"));
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{1, 4}));
    EXPECT_EQ(claimIds(3), (std::vector<std::int64_t>{2}));
}

TEST_F(ClaimTest, FairnessNeverOvertakesPriority) {
    withPriority(5, "busy");
    withPriority(5, "busy");
    withPriority(100, "quiet");
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{1, 2}));
}

// proves Q1
TEST_F(ClaimTest, NeverMoreRunThanThereAreSlots) {
    for (int i = 0; i < 10; ++i) newJob();
    EXPECT_EQ(claim(3).size(), 3U);
    EXPECT_EQ(claim(3).size(), 0U);
    ASSERT_TRUE(finishJob(tx, {JobId{2}, 1}, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_EQ(claimIds(3), (std::vector<std::int64_t>{4}));
}

TEST_F(ClaimTest, LimitThatWasLoweredBelowWhatRunsClaimsNothing) {
    for (int i = 0; i < 4; ++i) newJob();
    EXPECT_EQ(claim(3).size(), 3U);
    EXPECT_EQ(claim(1).size(), 0U);
}

// proves Q8
TEST_F(ClaimTest, LanesHaveSlotsOfTheirOwn) {
    inLane(Lane::kAgent);
    inLane(Lane::kAgent);
    inLane(Lane::kExec);
    inLane(Lane::kReserved);
    EXPECT_EQ(claimJobs(tx, {1, 1, 1}).size(), 3U);
    EXPECT_EQ(claimJobs(tx, {1, 1, 1}).size(), 0U);
}

// proves IG10
TEST_F(ClaimTest, IG10FullLaneDoesNotHoldUpTheOthers) {
    for (int i = 0; i < 5; ++i) inLane(Lane::kReserved);
    inLane(Lane::kAgent);
    const auto claimed = claimJobs(tx, {1, 0, 0});
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].lane, Lane::kAgent);
}

TEST_F(ClaimTest, PausedQueueClaimsNothingUntilItIsResumed) {
    newJob();
    setQueuePaused(tx, true);
    EXPECT_TRUE(queuePaused(db));
    EXPECT_EQ(claim(1).size(), 0U);
    setQueuePaused(tx, false);
    EXPECT_EQ(claim(1).size(), 1U);
}

TEST_F(ClaimTest, JobsOfTasksThatAreNotActiveWait) {
    for (const auto state :
         {TaskState::kPaused, TaskState::kParked, TaskState::kDone, TaskState::kCancelled}) {
        const auto task = newTask();
        jobOf(task);
        setState(task, state);
    }
    EXPECT_EQ(claim(9).size(), 0U);
    setState(TaskId{1}, TaskState::kActive);
    EXPECT_EQ(claimIds(9), (std::vector<std::int64_t>{1}));
}

TEST_F(ClaimTest, WaitingJobsBeforeItDoNotHideAReadyOne) {
    const auto task = newTask();
    for (int i = 0; i < 20; ++i) jobOf(task);
    setState(task, TaskState::kPaused);
    const auto ready = withPriority(100, "zebra");
    const auto later = withPriority(101);
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{raw(ready), raw(later)}));
}

TEST_F(ClaimTest, BlockedTaskWaitsAndItsAttemptCountsAsASlot) {
    const auto task = newTask();
    const auto id = jobOf(task);
    ASSERT_EQ(claim(2).size(), 1U);
    ASSERT_TRUE(finishJob(tx, {id, 1}, exited(0), becomes(JobStatus::kTimedOut)));
    setBlocked(tx, task, AttemptKey{id, 1});
    jobOf(task);
    const auto other = newJob();
    newJob();
    EXPECT_EQ(claimIds(2), (std::vector<std::int64_t>{raw(other)}));
    setBlocked(tx, task, std::nullopt);
    EXPECT_EQ(claimIds(2).size(), 1U);
}

TEST_F(ClaimTest, BlockedAttemptThatStillRunsIsOneSlotNotTwo) {
    const auto task = newTask();
    const auto id = jobOf(task);
    ASSERT_EQ(claim(2).size(), 1U);
    setBlocked(tx, task, AttemptKey{id, 1});
    newJob();
    EXPECT_EQ(claim(2).size(), 1U);
}

TEST_F(ClaimTest, ScheduledJobIsClaimedWhenItIsDueAndNotBefore) {
    auto later = agentJob();
    later.run_at = tx.at() + 10s;
    const auto id = newJob(later);
    EXPECT_EQ(job(id).status, JobStatus::kScheduled);
    EXPECT_EQ(nextDue(db), tx.at() + 10s);
    EXPECT_EQ(claim(1).size(), 0U);
    auto then = at(1'010'000);
    EXPECT_EQ(claimJobs(then, {1, 0, 0}).size(), 1U);
    EXPECT_EQ(nextDue(db), std::nullopt);
}

TEST_F(ClaimTest, JobDueInThePastIsQueuedAtOnce) {
    auto past = agentJob();
    past.run_at = tx.at() - 1ms;
    EXPECT_EQ(job(newJob(past)).status, JobStatus::kQueued);
}

TEST_F(ClaimTest, AtMostFiveHundredAreDueInOnePass) {
    auto later = agentJob();
    later.run_at = tx.at() + 1s;
    for (int i = 0; i < 501; ++i) newJob(later);
    auto then = at(2'000'000);
    EXPECT_EQ(claimJobs(then, {1000, 0, 0}).size(), 500U);
    EXPECT_EQ(claimJobs(then, {1000, 0, 0}).size(), 1U);
}

TEST_F(ClaimTest, EachClaimAddsToTheFenceAndAnAttemptsRow) {
    const auto id = newJob();
    ASSERT_EQ(claim(1).size(), 1U);
    auto again = becomes(JobStatus::kScheduled);
    again.run_at = tx.at();
    ASSERT_TRUE(finishJob(tx, {id, 1}, exited(1), again));
    const auto second = claim(1);
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].attempt, 2);
    EXPECT_EQ(attemptsOf(db, id).size(), 2U);
}

TEST_F(ClaimTest, ClaimStartsWithoutTracesOfTheAttemptBefore) {
    const auto id = newJob();
    ASSERT_EQ(claim(1).size(), 1U);
    stampProcess(tx, {{id, 1}, "boot", {10, 11}, {12, 13}});
    ASSERT_TRUE(finishJob(tx, {id, 1}, exited(1), becomes(JobStatus::kScheduled)));
    const auto second = claim(1).at(0);
    EXPECT_EQ(second.pid, std::nullopt);
    EXPECT_EQ(second.exit_code, std::nullopt);
    EXPECT_FALSE(second.cancel_requested);
    EXPECT_EQ(second.boot_id, bootId());
}

// proves X2
TEST_F(ClaimTest, DamagedRowFailsWithAReasonAndTheOthersRun) {
    const auto bad = newJob();
    const auto good = newJob();
    db.execute("UPDATE jobs SET payload='{\"head\": 7}' WHERE id=1");
    EXPECT_EQ(claimIds(1), (std::vector<std::int64_t>{raw(good)}));
    const auto row = recentJobs(db, 1).at(0);
    EXPECT_EQ(row.id, bad);
    EXPECT_EQ(row.status, JobStatus::kFailed);
    EXPECT_NE(row.reason.find("jobs row 1: payload is damaged"), std::string::npos) << row.reason;
    EXPECT_EQ(lastJournal(db, "job 1", 1).at(0).rule, "damaged");
}

}  // namespace orch::testing

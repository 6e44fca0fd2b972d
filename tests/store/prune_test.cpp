#include "store/prune.hpp"

#include "store/journal.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct PruneTest : RowsTest {
    const Instant later = tx.at() + 1ms;

    TaskId taskIn(TaskState state) {
        const auto id = newTask();
        auto task = findTask(db, id).value();
        task.state = state;
        EXPECT_TRUE(updateTask(tx, task));
        return id;
    }
    /// A job of the task that ended now.
    JobId ended(std::optional<TaskId> task) {
        auto job = agentJob();
        job.task = task;
        const auto id = newJob(job);
        EXPECT_EQ(requestCancel(tx, id, "no"), CancelEffect::kEnded);
        return id;
    }
    void deliver(const std::string& subject) {
        writeOutbox(tx, {.kind = "notify", .subject = subject, .key = subject});
        for (const auto& row : dueOutbox(db, tx.at(), 10)) outboxDelivered(tx, row.id);
    }
    std::int64_t count(const char* sql) {
        auto& query = db.prepared(sql).bind();
        return query.step() ? query.integer(0) : -1;
    }
};

TEST_F(PruneTest, TakesFinishedJobsWithTheirAttempts) {
    const auto old = running();
    newJob();
    ASSERT_TRUE(finishJob(tx, old, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_EQ(pruneJobs(tx, tx.at(), 10), 0);
    EXPECT_EQ(pruneJobs(tx, later, 10), 1);
    EXPECT_FALSE(findJob(db, old.job));
    EXPECT_TRUE(attemptsOf(db, old.job).empty());
}

TEST_F(PruneTest, IsBoundedAndSparesAttemptsThatMayLive) {
    const auto task = taskIn(TaskState::kDone);
    for (int i = 0; i < 5; ++i) ended({});
    setBlocked(tx, task, AttemptKey{JobId{1}, 1});
    EXPECT_EQ(pruneJobs(tx, later, 3), 3);
    EXPECT_EQ(pruneJobs(tx, later, 3), 1);
    EXPECT_TRUE(findJob(db, JobId{1}));
}

TEST_F(PruneTest, JobsOfATaskThatIsNotOverAreWhatItsGatesReadAndStay) {
    ended(taskIn(TaskState::kParked));
    EXPECT_EQ(oldestPrunableJob(db), std::nullopt);
    EXPECT_EQ(pruneJobs(tx, later, 10), 0);
    ended(taskIn(TaskState::kCancelled));
    EXPECT_EQ(oldestPrunableJob(db), tx.at());
    EXPECT_EQ(pruneJobs(tx, later, 10), 1);
}

TEST_F(PruneTest, AnAttemptIsSettledOnceItsJobIsFinishedAndItsTaskOver) {
    const auto live = running();
    EXPECT_EQ(settledAt(db, live), std::nullopt);
    ASSERT_TRUE(finishJob(tx, live, exited(0), becomes(JobStatus::kSucceeded)));
    EXPECT_EQ(settledAt(db, live), tx.at());
    EXPECT_EQ(settledAt(db, {live.job, 2}), std::nullopt);
    EXPECT_EQ(settledAt(db, {ended(taskIn(TaskState::kActive)), 0}), std::nullopt);
}

TEST_F(PruneTest, MessagesOfTasksThatMayWriteThemAgainStay) {
    deliver(name(taskIn(TaskState::kActive)));
    EXPECT_EQ(oldestPrunableMessage(db), std::nullopt);
    deliver(name(taskIn(TaskState::kDone)));
    writeOutbox(tx, {.kind = "notify", .subject = "waits", .key = "waits"});
    EXPECT_EQ(oldestPrunableMessage(db), tx.at());
    EXPECT_EQ(pruneMessages(tx, later, 10), 1);
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), 2);
}

TEST_F(PruneTest, AProcessedWebhookLosesItsBodyAndIsKnownAllTheSame) {
    db.execute("INSERT INTO inbox(source, delivery_id, body, processed_at) VALUES('s','1','x',5)");
    db.execute("INSERT INTO inbox(source, delivery_id, body) VALUES('s','2','waits')");
    EXPECT_EQ(pruneMessages(tx, later, 10), 1);
    EXPECT_EQ(count("SELECT count(*) FROM inbox WHERE delivery_id='1' AND body IS NULL"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM inbox WHERE delivery_id='2' AND body='waits'"), 1);
}

}  // namespace orch::testing

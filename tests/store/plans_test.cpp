#include <sqlite3.h>

#include "store/journal.hpp"
#include "store/prune.hpp"
#include "store/running_rows.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

/// The cost of the queue's statements, counted in steps of SQLite's machine: exact on any computer.
struct PlansTest : RowsTest {
    void addJobs(int count, const std::string& status, const std::string& more = "NULL, NULL") {
        db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
                   std::to_string(count) +
                   ") INSERT INTO jobs(project, status, run_at, finished_at) " +
                   "SELECT 'greeter', '" + status + "', " + more + " FROM n");
    }
    /// One job's way through the queue, as the engine drives it.
    void drainOne() {
        newJob();
        for (const auto& each : claim(2)) {
            stampProcess(tx, {each.key(), "boot", {1, 1}, {2, 2}});
            finishJob(tx, each.key(), exited(0), becomes(JobStatus::kSucceeded));
        }
        (void)nextDue(db);
        (void)runningJobs(db);
        (void)runningRows(db);
        (void)runningRow(db, {JobId{1}, 1});
        (void)recentJobs(db, 10);
        (void)countJobs(db);
        (void)idleTasks(db);
        (void)processWaits(db);
        pruneJobs(tx, fromMilliseconds(0), 10);
    }
    void addJournal(int count, const std::string& actor) {
        db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
                   std::to_string(count) + ") INSERT INTO journal(actor) SELECT " + actor +
                   " FROM n");
    }
    int costOfLastRows() {
        stepsOf(SQLITE_STMTSTATUS_VM_STEP);
        EXPECT_EQ(lastJournal(db, {"", "plugin:reaper"}, 10).size(), 10U);
        return stepsOf(SQLITE_STMTSTATUS_VM_STEP);
    }
    /// Ten deploys of one project through their lane.
    int costOfDeploys() {
        for (int i = 0; i < 20; ++i) {
            if (i == 10) stepsOf(SQLITE_STMTSTATUS_VM_STEP);
            auto order = agentJob();
            order.payload.kind = WorkKind::kDeploy;
            order.lane = Lane::kExec;
            newJob(order);
            for (const auto& each : claimJobs(tx, {0, 2, 0}))
                finishJob(tx, each.key(), exited(0), becomes(JobStatus::kSucceeded));
        }
        return stepsOf(SQLITE_STMTSTATUS_VM_STEP);
    }
    int stepsOf(int status) {
        int steps = 0;
        sqlite3_stmt* each = nullptr;
        while ((each = sqlite3_next_stmt(db.native(), each)) != nullptr) {
            steps += sqlite3_stmt_status(each, status, 1);
        }
        return steps;
    }
    int costOfDrain() {
        for (int i = 0; i < 10; ++i) drainOne();
        stepsOf(SQLITE_STMTSTATUS_VM_STEP);
        for (int i = 0; i < 10; ++i) drainOne();
        return stepsOf(SQLITE_STMTSTATUS_VM_STEP);
    }
    std::vector<std::string> plans() {
        std::vector<std::string> sqls;
        sqlite3_stmt* each = nullptr;
        while ((each = sqlite3_next_stmt(db.native(), each)) != nullptr) {
            sqls.emplace_back(sqlite3_sql(each));
        }
        std::vector<std::string> lines;
        for (const auto& sql : sqls) {
            Statement plan(db.native(), "EXPLAIN QUERY PLAN " + sql);
            while (plan.step()) lines.push_back(plan.text(3) + "   in   " + sql);
        }
        return lines;
    }
};

TEST_F(PlansTest, QueueCostsTheSameWithAHundredThousandFinishedJobs) {
    const int before = costOfDrain();
    addJobs(100'000, "succeeded", "NULL, 5");
    EXPECT_EQ(costOfDrain(), before);
    (void)waitingJobs(db, 10);  // its cost is that of what waits: nothing
    EXPECT_LT(stepsOf(SQLITE_STMTSTATUS_VM_STEP), 200);
}

TEST_F(PlansTest, QueueCostsTheSameWithTenThousandScheduledJobs) {
    const int before = costOfDrain();
    addJobs(10'000, "scheduled", "9999999999, NULL");
    EXPECT_LE(costOfDrain(), before + before / 50);
}

TEST_F(PlansTest, QueueCostsTheSameWithAHundredThousandWaiting) {
    addJobs(100, "queued");
    const int before = costOfDrain();
    addJobs(100'000, "queued");
    EXPECT_EQ(costOfDrain(), before);
}

TEST_F(PlansTest, DeploysCostTheSameWithAHundredThousandFinishedOnesOfTheirProject) {
    const int before = costOfDeploys();
    db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<100000) "
        "INSERT INTO jobs(project, kind, lane, status, finished_at) "
        "SELECT 'greeter', 'deploy', 'exec', 'failed', 5 FROM n");
    EXPECT_EQ(costOfDeploys(), before);
}

TEST_F(PlansTest, AnActorsLastRowsCostTheSameWithAHundredThousandOfHisAndOfOthers) {
    addJournal(50, "'plugin:reaper#' || i");
    const int before = costOfLastRows();
    addJournal(100'000, "'plugin:reaper#' || i");
    EXPECT_EQ(costOfLastRows(), before);
    addJournal(100'000, "'engine'");
    EXPECT_EQ(costOfLastRows(), before);
}

TEST_F(PlansTest, DeployLaneStandsOnItsPartialIndex) {
    (void)costOfDeploys();
    (void)deployAhead(db, JobId{1});
    int uses = 0;
    for (const auto& plan : plans()) {
        EXPECT_EQ(plan.rfind("SCAN ahead", 0), std::string::npos) << plan;
        uses += plan.find("SEARCH ahead USING INDEX jobs_deploying (project=?") == 0 ? 1 : 0;
    }
    EXPECT_EQ(uses, 2) << "the claim's and explain's";
}

TEST_F(PlansTest, NoStatementOfTheQueueReadsTheWholeTable) {
    drainOne();
    (void)waitingJobs(db, 10);
    for (const auto& plan : plans()) {
        if (plan.rfind("SCAN jobs", 0) != 0) continue;
        if (plan.find("INSERT INTO job_counts") != std::string::npos) continue;  // once, at open
        const bool bounded = plan.find("INDEX jobs_running") != std::string::npos ||
                             plan.find("INDEX jobs_due") != std::string::npos ||
                             plan.find("INDEX jobs_ready") != std::string::npos ||
                             plan.find("INDEX jobs_done") != std::string::npos;
        EXPECT_TRUE(bounded) << plan;
    }
}

TEST_F(PlansTest, ClaimStandsOnThePartialIndexes) {
    drainOne();
    std::string all;
    for (const auto& plan : plans()) all += plan + "\n";
    for (const char* index : {"jobs_ready", "jobs_due", "jobs_running"}) {
        EXPECT_NE(all.find(index), std::string::npos) << index;
    }
}

}  // namespace orch::testing

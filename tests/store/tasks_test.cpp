#include "store/tasks.hpp"

#include "base/error.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct TasksTest : RowsTest {
    Task task(TaskId id) { return findTask(db, id).value(); }
};

TEST_F(TasksTest, NewTaskIsActiveInItsFirstStage) {
    const auto row = task(newTask());
    EXPECT_EQ(row.stage, "analysis");
    EXPECT_EQ(row.state, TaskState::kActive);
    EXPECT_EQ(row.version, 1);
    EXPECT_EQ(row.visit, 1);
    EXPECT_EQ(row.created_at, tx.at());
    EXPECT_EQ(row.stage_since, tx.at());
}

// proves C4
TEST_F(TasksTest, IA1SameKeyIsTheSameTask) {
    NewTask order{"greeter", "Greet", "", "analysis", "plane", "", "plane:1:repo:1"};
    const auto first = createTask(tx, order);
    const auto second = createTask(tx, order);
    EXPECT_TRUE(first.created);
    EXPECT_FALSE(second.created);
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(newTask("k"), newTask("k"));
    EXPECT_NE(newTask(), newTask());
}

TEST_F(TasksTest, EveryFieldIsWrittenAndRead) {
    auto given = task(newTask());
    given.stage = "review";
    given.state = TaskState::kParked;
    given.visit = 4;
    given.reason = "three times";
    given.feedback = "add a test";
    given.progress = {{{"review>development", 2}}, 3, {{"review", "f1"}}, 1};
    given.merge_sha = "abc";
    given.deployed_version = "v2";
    given.stage_since = tx.at() + 1s;
    ASSERT_TRUE(updateTask(tx, given));
    const auto row = task(given.id);
    EXPECT_EQ(row.stage + row.reason + row.feedback, "reviewthree timesadd a test");
    EXPECT_EQ(row.state, TaskState::kParked);
    EXPECT_EQ(row.visit, 4);
    EXPECT_EQ(row.merge_sha + row.deployed_version, "abcv2");
    EXPECT_EQ(row.stage_since, given.stage_since);
}

TEST_F(TasksTest, IC6BrakesSurviveARestart) {
    auto given = task(newTask());
    given.progress = {{{"review>development", 2}}, 3, {{"review", "f1"}}, 1};
    ASSERT_TRUE(updateTask(tx, given));
    Connection other(file, Connection::Mode::kRead);
    const auto progress = findTask(other, given.id)->progress;
    EXPECT_EQ(progress.edges, given.progress.edges);
    EXPECT_EQ(progress.fingerprints, given.progress.fingerprints);
    EXPECT_EQ(progress.total, 3);
    EXPECT_EQ(progress.unclear, 1);
}

TEST_F(TasksTest, StaleVersionChangesNothing) {
    const auto seen = task(newTask());
    auto first = seen, second = seen;
    first.stage = "first";
    second.stage = "second";
    EXPECT_TRUE(updateTask(tx, first));
    EXPECT_FALSE(updateTask(tx, second));
    EXPECT_EQ(task(seen.id).stage, "first");
    EXPECT_EQ(task(seen.id).version, 2);
}

TEST_F(TasksTest, BlockIsNeitherSeenNorLiftedByAnUpdate) {
    const auto seen = task(newTask());
    setBlocked(tx, seen.id, AttemptKey{JobId{7}, 2});
    EXPECT_TRUE(updateTask(tx, seen));
    EXPECT_EQ(task(seen.id).blocked_by, (AttemptKey{JobId{7}, 2}));
    setBlocked(tx, seen.id, std::nullopt);
    EXPECT_EQ(task(seen.id).blocked_by, std::nullopt);
}

TEST_F(TasksTest, ListsAreFilteredAndNewestFirst) {
    const auto first = newTask();
    auto parked = task(newTask());
    parked.state = TaskState::kParked;
    ASSERT_TRUE(updateTask(tx, parked));
    EXPECT_EQ(listTasks(db, {}).at(0).id, parked.id);
    TaskFilter active;
    active.state = "active";
    ASSERT_EQ(listTasks(db, active).size(), 1U);
    EXPECT_EQ(listTasks(db, active)[0].id, first);
    EXPECT_TRUE(listTasks(db, {"other", "", ""}).empty());
}

TEST_F(TasksTest, IdleTasksAreActiveOnesWithoutALiveJob) {
    const auto busy = newTask();
    const auto idle = newTask();
    auto parked = task(newTask());
    parked.state = TaskState::kParked;
    ASSERT_TRUE(updateTask(tx, parked));
    auto work = agentJob();
    work.task = busy;
    newJob(work);
    EXPECT_EQ(idleTasks(db), std::vector{idle});
}

// proves X2
TEST_F(TasksTest, DamagedTaskIsNamedAndDoesNotStopAList) {
    const auto bad = newTask();
    newTask();
    db.execute("UPDATE tasks SET progress='[]' WHERE id=1");
    EXPECT_THROW((void)findTask(db, bad), StoreError);
    const auto tasks = listTasks(db, {});
    ASSERT_EQ(tasks.size(), 2U);
    EXPECT_NE(tasks[1].reason.find("tasks row 1: progress is damaged"), std::string::npos);
}

struct VerdictsTest : RowsTest {};

TEST_F(VerdictsTest, VerdictIsReadAsItWasGiven) {
    const auto task = newTask();
    const Verdict verdict{"check",
                          Colour::kPending,
                          "not run",
                          {"a", "b"},
                          {{"head", "x"}, {"base", "y"}},
                          WorkKind::kCheck};
    recordVerdict(tx, {task, "testing", 2, verdict, "x", "y", "h", "d", {}});
    const auto row = verdictsOf(db, task, 5).at(0);
    EXPECT_EQ(row.verdict.colour, Colour::kPending);
    EXPECT_EQ(row.verdict.findings, verdict.findings);
    EXPECT_EQ(row.verdict.evidence, verdict.evidence);
    EXPECT_EQ(row.verdict.needs, WorkKind::kCheck);
    EXPECT_EQ(row.head + row.base + row.artefact_hash + row.definition, "xyhd");
    EXPECT_EQ(row.at, tx.at());
}

TEST_F(VerdictsTest, DamagedVerdictIsUnclearAndNeverGreen) {
    const auto task = newTask();
    recordVerdict(
        tx, {task, "testing", 2, {"check", Colour::kGreen, "ok", {}, {}, {}}, "", "", "", "", {}});
    db.execute("UPDATE verdicts SET colour='gr\xc3\xbcn', evidence='{'");
    const auto row = verdictsOf(db, task, 5).at(0);
    EXPECT_EQ(row.verdict.colour, Colour::kUnclear);
    EXPECT_EQ(row.verdict.evidence.at(0).first, "damaged");
}

TEST_F(VerdictsTest, ApprovalsAreByStageAndKindOldestFirst) {
    const auto task = newTask();
    recordApproval(tx, task, "analysis", "approval", {"me", false, "h1", "no", {}});
    recordApproval(tx, task, "analysis", "approval", {"me", true, "h2", "yes", {}});
    recordApproval(tx, task, "analysis", "override", {"you", true, "h3", "", {}});
    const auto approvals = approvalsOf(db, task, "analysis", "approval");
    ASSERT_EQ(approvals.size(), 2U);
    EXPECT_FALSE(approvals[0].approve);
    EXPECT_EQ(approvals[1].bound_to, "h2");
    EXPECT_EQ(approvals[1].at, tx.at());
}

TEST_F(VerdictsTest, ProjectIsThereOnceWithItsLatestRepository) {
    ensureProject(tx, "a", "/one");
    ensureProject(tx, "a", "/two");
    auto& row = db.prepared("SELECT repository FROM projects").bind();
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.text(0), "/two");
    EXPECT_FALSE(row.step());
}

}  // namespace orch::testing

#include "store/deploys.hpp"

#include "store_fixture.hpp"

namespace orch::testing {

/// A task's deploy "v1" of commit "s1" in project "a".
struct DeploysTest : RowsTest {
    [[nodiscard]] Deploy row(int wanted) { return findDeploy(db, "a", wanted).value(); }
    const TaskId task = newTask();
    const int number = newDeploy(tx, "a", task, "s1");
    const DeployEnd failed{DeployState::kFailed, 4, "exit 4"};
};

TEST_F(DeploysTest, AreNumberedByProject) {
    EXPECT_EQ(number, 1);
    EXPECT_EQ(newDeploy(tx, "a", task, "s2"), 2);
    EXPECT_EQ(newDeploy(tx, "b", task, "s3"), 1);
    EXPECT_EQ(row(2).version(), "v2");
    EXPECT_EQ(row(2).sha, "s2");
}

TEST_F(DeploysTest, CarryEverythingAboutTheirRun) {
    assignDeploy(tx, "a", number, JobId{5});
    EXPECT_EQ(row(1).state, DeployState::kRequested);
    EXPECT_TRUE(beginDeploy(tx, "a", number, {JobId{5}, 2}, "./deploy.sh v1"));
    EXPECT_EQ(row(1).state, DeployState::kRunning);
    EXPECT_TRUE(endDeploy(tx, "a", number, failed));
    EXPECT_EQ(row(1).state, DeployState::kFailed);
    EXPECT_EQ(row(1).job, JobId{5});
    EXPECT_EQ(row(1).attempt, 2);
    EXPECT_EQ(row(1).command, "./deploy.sh v1");
    EXPECT_EQ(row(1).exit_code, 4);
    EXPECT_EQ(row(1).reason, "exit 4");
    EXPECT_EQ(row(1).started_at, tx.at());
    EXPECT_EQ(row(1).finished_at, tx.at());
}

// proves X1
TEST_F(DeploysTest, AFinalStateStays) {
    EXPECT_TRUE(endDeploy(tx, "a", number, failed));
    EXPECT_FALSE(endDeploy(tx, "a", number, {DeployState::kDeployed, 0, "exit 0"}));
    EXPECT_FALSE(beginDeploy(tx, "a", number, {JobId{6}, 1}, "x"));
    assignDeploy(tx, "a", number, JobId{6});
    EXPECT_EQ(row(1).state, DeployState::kFailed);
    EXPECT_EQ(row(1).job, std::nullopt);
}

TEST_F(DeploysTest, AnotherTryIsCountedAndOpen) {
    const DeployEnd again{DeployState::kRequested, 75, "exit 75"};
    EXPECT_TRUE(endDeploy(tx, "a", number, again));
    EXPECT_TRUE(endDeploy(tx, "a", number, again));
    EXPECT_EQ(row(1).tries, 2);
    EXPECT_EQ(row(1).finished_at, std::nullopt);
}

TEST_F(DeploysTest, QuarantineIsAboutTheCommitAndItsFirstReasonStays) {
    EXPECT_EQ(quarantineOf(db, "a", "s1"), std::nullopt);
    EXPECT_TRUE(quarantineDeploy(tx, "a", number, "4 health failures"));
    EXPECT_FALSE(quarantineDeploy(tx, "a", number, "another"));
    EXPECT_FALSE(quarantineDeploy(tx, "a", 99, "no such deploy"));
    (void)newDeploy(tx, "a", task, "s1");
    EXPECT_EQ(quarantineOf(db, "a", "s1")->reason, "4 health failures");
    EXPECT_EQ(quarantineOf(db, "a", "s1")->number, 1);
    EXPECT_EQ(quarantineOf(db, "a", "s2"), std::nullopt);
    EXPECT_EQ(quarantineOf(db, "b", "s1"), std::nullopt);
}

TEST_F(DeploysTest, APersonLiftsTheQuarantineUntilItIsFoundBadAgain) {
    EXPECT_FALSE(liftQuarantine(tx, "a", "s1", "me"));
    EXPECT_TRUE(quarantineDeploy(tx, "a", number, "bad"));
    EXPECT_TRUE(liftQuarantine(tx, "a", "s1", "me"));
    EXPECT_EQ(quarantineOf(db, "a", "s1"), std::nullopt);
    EXPECT_TRUE(quarantineDeploy(tx, "a", number, "bad again"));
    EXPECT_EQ(quarantineOf(db, "a", "s1")->reason, "bad again");
}

TEST_F(DeploysTest, AStateOfANewerOrchdIsInDoubt) {
    db.execute("UPDATE deploys SET state='levitating'");
    EXPECT_EQ(row(1).state, DeployState::kUnknown);
    EXPECT_FALSE(endDeploy(tx, "a", number, failed));
}

TEST_F(DeploysTest, OfATaskAreNewestFirst) {
    (void)newDeploy(tx, "a", task, "s2");
    (void)newDeploy(tx, "a", newTask("other"), "s3");
    const auto found = deploysOf(db, task, 10);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].sha + found[1].sha, "s2s1");
}

/// The lane deploy:<project>, in the claim.
struct DeployLaneTest : RowsTest {
    JobId addJob(const std::string& project,
                 WorkKind kind,
                 const std::string& key,
                 Lane lane = Lane::kExec) {
        NewJob job;
        job.project = project;
        job.task = newTask(key);
        job.payload.kind = kind;
        job.agent = kind == WorkKind::kDeploy ? "deploy" : "x";
        job.lane = lane;
        if (kind == WorkKind::kFinalize) job.priority = 0;
        return newJob(job);
    }
    JobId deploy(const std::string& key, const std::string& project = "a") {
        return addJob(project, WorkKind::kDeploy, key);
    }
    JobId finalizer(const std::string& key) {
        return addJob("a", WorkKind::kFinalize, key, Lane::kReserved);
    }
    std::vector<std::int64_t> claimAll() {
        std::vector<std::int64_t> ids;
        for (const auto& job : claimJobs(tx, {10, 10, 10})) ids.push_back(raw(job.id));
        return ids;
    }
    void finish(JobId id) {
        EXPECT_TRUE(finishJob(tx, job(id).key(), exited(0), becomes(JobStatus::kSucceeded)));
    }
    void setTask(JobId id, const std::string& what) {
        db.execute("UPDATE tasks SET " + what +
                   " WHERE id=(SELECT task_id FROM jobs WHERE id=" + std::to_string(raw(id)) + ")");
    }
    using Ids = std::vector<std::int64_t>;
};

TEST_F(DeployLaneTest, RunsOneDeployOfAProjectAtATimeInTheirOrder) {
    const auto first = deploy("1"), second = deploy("2");
    EXPECT_EQ(claimAll(), Ids{raw(first)});
    EXPECT_EQ(claimAll(), Ids{});
    EXPECT_EQ(deployAhead(db, second)->id, first);
    EXPECT_EQ(deployAhead(db, first), std::nullopt);
    finish(first);
    EXPECT_EQ(claimAll(), Ids{raw(second)});
}

TEST_F(DeployLaneTest, OtherProjectsAndOtherWorkGoOn) {
    const auto first = deploy("1");
    (void)deploy("2");
    const auto check = addJob("a", WorkKind::kCheck, "3");
    const auto elsewhere = deploy("4", "b");
    EXPECT_EQ(claimAll(), (Ids{raw(first), raw(elsewhere), raw(check)}));
}

TEST_F(DeployLaneTest, ADeployIsOverOnlyWhenItsFinalizerIs) {
    const auto first = deploy("1"), second = deploy("2");
    EXPECT_EQ(claimAll(), Ids{raw(first)});
    finish(first);
    const auto recorder = finalizer("1");
    EXPECT_EQ(deployAhead(db, second)->id, recorder);
    EXPECT_EQ(claimAll(), Ids{raw(recorder)});
    EXPECT_EQ(claimAll(), Ids{});
    finish(recorder);
    EXPECT_EQ(claimAll(), Ids{raw(second)});
}

TEST_F(DeployLaneTest, AWaitingDeployOfATaskThatStandsStillBlocksNobody) {
    const auto first = deploy("1"), second = deploy("2");
    setTask(first, "state='paused'");
    EXPECT_EQ(deployAhead(db, second), std::nullopt);
    EXPECT_EQ(claimAll(), Ids{raw(second)});
}

TEST_F(DeployLaneTest, AFinalizerRunsWhateverItsTaskIs) {
    for (const auto* state : {"paused", "parked", "cancelled"}) {
        const auto recorder = finalizer(state);
        setTask(recorder, "state='" + std::string(state) + "'");
        EXPECT_EQ(claimAll(), Ids{raw(recorder)}) << state;
        finish(recorder);
    }
}

TEST_F(DeployLaneTest, ADeployThatMayStillBeAliveIsWaitedFor) {
    const auto first = deploy("1"), second = deploy("2");
    (void)claimAll();
    finish(first);
    setTask(first, "blocked_job=" + std::to_string(raw(first)) + ", blocked_attempt=1");
    EXPECT_EQ(claimAll(), Ids{});
    EXPECT_EQ(deployAhead(db, second)->id, first);
    setTask(first, "blocked_job=NULL");
    EXPECT_EQ(claimAll(), Ids{raw(second)});
}

TEST_F(DeployLaneTest, OnlyDeploysWaitInIt) {
    (void)deploy("1");
    (void)claimAll();
    EXPECT_EQ(deployAhead(db, addJob("a", WorkKind::kCheck, "2")), std::nullopt);
}

}  // namespace orch::testing

#include "plugin/service_scene.hpp"
#include "store/jobs.hpp"

namespace orch {

using namespace testing;

/// One task whose agent runs.
struct ServiceJobsTest : ServiceScene {
    ServiceJobsTest() : task(world.create()), key(world.runningAttempt(task)) {}

    Json order(const std::string& cause) {
        const auto job = ask("jobs.running")["jobs"].at(0);
        return {{"job", raw(key.job)},
                {"attempt", key.attempt},
                {"pid", job["pid"]},
                {"pid_start", job["pid_start"]},
                {"cause", cause},
                {"why", kWhy}};
    }
    Job job() {
        return store.read([&](Connection& db) { return findJob(db, key.job).value(); });
    }
    TaskId task;
    AttemptKey key;
};

TEST_F(ServiceJobsTest, OneThatIsWellAndYoungIsOnlyCountedWhereThatIsEnough) {
    const auto well = ask("jobs.running", {{"alive_after_ms", 3'600'000}});
    EXPECT_TRUE(well["jobs"].empty());
    EXPECT_EQ(well["left_out"], 1);
    const auto old = ask("jobs.running", {{"alive_after_ms", 0}});
    EXPECT_EQ(old["jobs"].size(), 1U);
    EXPECT_EQ(old["left_out"], 0);
}

TEST_F(ServiceJobsTest, OneWhoseLockIsFreeIsNeverLeftOut) {
    world.launcher().unwatch(key);
    world.launcher().loseShim(key, false);
    EXPECT_EQ(ask("jobs.running", {{"alive_after_ms", 3'600'000}})["jobs"].size(), 1U);
}

TEST_F(ServiceJobsTest, ARunningJobShowsWhatIsSeenOfIt) {
    const auto seen = ask("jobs.running");
    EXPECT_EQ(seen["self"], "alive");
    ASSERT_EQ(seen["jobs"].size(), 1U);
    const auto shown = seen["jobs"][0];
    EXPECT_EQ(shown["id"], raw(key.job));
    EXPECT_EQ(shown["attempt"], 1);
    EXPECT_EQ(shown["task"], "T-1");
    EXPECT_EQ(shown["project"], "greeter");
    EXPECT_EQ(shown["agent"], "developer");
    EXPECT_EQ(shown["lane"], "agent");
    EXPECT_EQ(shown["lock"], "held");
    EXPECT_EQ(shown["exit"], "none");
    EXPECT_TRUE(shown["exit_code"].is_null());
    EXPECT_EQ(shown["same_boot"], true);
}

// proves R3, X3
TEST_F(ServiceJobsTest, AnAttemptThatIsGoneIsFinishedWithOneRow) {
    world.launcher().unwatch(key);
    world.launcher().loseShim(key);
    const auto reply = ask("jobs.finish", order("process_died"));
    EXPECT_EQ(reply["result"], "done") << reply;
    world.settle();
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].actor, "plugin:reaper#3");
    EXPECT_EQ(rows[0].rule, "stale");
    EXPECT_NE(job().attempt == key.attempt && job().status == JobStatus::kRunning, true);
}

// proves R2
TEST_F(ServiceJobsTest, AHeldLockWinsOverTheCause) {
    const auto reply = ask("jobs.finish", order("process_died"));
    EXPECT_EQ(reply["result"], "nothing");
    EXPECT_FALSE(std::string(reply["detail"]).empty());
    EXPECT_EQ(job().status, JobStatus::kRunning);
    EXPECT_TRUE(journal().empty());
}

// proves X4
TEST_F(ServiceJobsTest, ObservingLeavesTheRowRunning) {
    world.launcher().unwatch(key);
    world.launcher().loseShim(key);
    mode = PluginMode::kObserve;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask("jobs.finish", order("process_died"))["result"], "observed");
    }
    EXPECT_EQ(job().status, JobStatus::kRunning);
    ASSERT_EQ(journal().size(), 1U);
    EXPECT_EQ(journal()[0].mode, "observe");
}

// proves H4
TEST_F(ServiceJobsTest, ASwitchOffBeforeTheCommitLeavesTheRowRunning) {
    world.launcher().unwatch(key);
    world.launcher().loseShim(key);
    const auto wanted = order("process_died");
    permit = gate.permit();
    gate.shut();
    (void)refusal(ORCH_CANCELLED, "jobs.finish", wanted);
    EXPECT_EQ(job().status, JobStatus::kRunning);
}

TEST_F(ServiceJobsTest, AnUnknownCauseIsRefusedWithThoseThereAre) {
    auto wanted = order("process_died");
    wanted["cause"] = "bored";
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "jobs.finish", wanted),
              "jobs.finish: cause must be one of exit_record, process_died, pid_reused, "
              "spawn_lost, other_boot, max_running, unknown_liveness");
}

TEST_F(ServiceJobsTest, AWhyThatIsIncompleteIsRefused) {
    auto wanted = order("process_died");
    wanted["why"] = {{"rule", "r"}, {"decison", "d"}};
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "jobs.finish", wanted),
              "jobs.finish: why: unknown member \"decison\", did you mean decision? (it takes: "
              "rule, decision, evidence)");
    wanted.erase("why");
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "jobs.finish", wanted), "jobs.finish: why is missing");
}

struct ServiceExecTest : ServiceScene {
    Json order(const std::string& key) {
        return {{"command", {"./rollback.sh", "v1"}}, {"key", key}, {"why", kWhy}};
    }
};

TEST_F(ServiceExecTest, ACommandIsAJobWithOneRow) {
    const auto reply = ask("exec.start", order("rollback"));
    EXPECT_EQ(reply["result"], "done");
    EXPECT_EQ(reply["job"], 1);
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].evidence.back(), (std::pair<std::string, std::string>("job", "1")));
    const auto status = ask("exec.status", {{"job", 1}});
    EXPECT_FALSE(std::string(status["status"]).empty());
    EXPECT_TRUE(status.contains("output"));
}

TEST_F(ServiceExecTest, OneLiveJobAKeyAndPlugin) {
    store.write([](Tx& tx) { setQueuePaused(tx, true); });
    EXPECT_EQ(ask("exec.start", order("rollback"))["job"], 1);
    const auto again = ask("exec.start", order("rollback"));
    EXPECT_EQ(again["result"], "nothing");
    EXPECT_EQ(again["job"], 1);
    EXPECT_EQ(journal().size(), 1U);
    plugin = "other";
    EXPECT_EQ(ask("exec.start", order("rollback"))["job"], 2);
}

TEST_F(ServiceExecTest, AnothersJobIsNotShown) {
    EXPECT_EQ(ask("exec.start", order("rollback"))["job"], 1);
    plugin = "other";
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "exec.status", {{"job", 1}}),
              "exec.status: job 1 is none that other started");
}

// proves X4
TEST_F(ServiceExecTest, ObservingStartsNothing) {
    mode = PluginMode::kObserve;
    EXPECT_EQ(ask("exec.start", order("rollback"))["result"], "observed");
    EXPECT_FALSE(store.read([](Connection& db) { return findJob(db, JobId{1}); }));
}

TEST_F(ServiceExecTest, ACommandThatCannotBeIsRefused) {
    auto wanted = order("rollback");
    wanted["command"] = Json::array();
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "exec.start", wanted),
              "exec.start: command must be a list of 1 to 100 texts");
    wanted["command"] = {""};
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "exec.start", wanted),
              "exec.start: command must begin with a program");
    wanted["command"] = {"a"};
    wanted["timeout_ms"] = 999;
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "exec.start", wanted),
              "exec.start: timeout_ms must be a whole number from 1000 to 86400000, not 999");
}

}  // namespace orch

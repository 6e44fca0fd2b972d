#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include "support/eventually.hpp"
#include "system/installation.hpp"

// What happens while orchd is away, or is told to go.

namespace orch::testing {

namespace fs = std::filesystem;

struct OutageTest : ::testing::Test {
    void stop() {
        world.orchd().signal(SIGTERM);
        EXPECT_EQ(world.orchd().exitCode(), 0);
    }
    void restore(const fs::path& backup) {
        for (const auto* side : {"orch.db-wal", "orch.db-shm"}) fs::remove(world.state / side);
        fs::copy_file(backup, world.state / "orch.db", fs::copy_options::overwrite_existing);
    }
    void expectDone(const std::string& task) {
        EXPECT_TRUE(world.taskBecomes(task, "done"));
        EXPECT_EQ(world.landings(task), 1);
        EXPECT_EQ(world.ledger().count("overlap"), 0U);
    }
    Installation world;
};

// proves Q7, X1
TEST_F(OutageTest, CancelOrderedJustBeforeTheKillIsCarriedOut) {
    world.script("developer", "trap '' TERM; begin; hold");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    const auto agent = world.agentOf("1.1");
    EXPECT_EQ(world.orchctl({"task", "cancel", task}).code, 0);
    world.pullThePlug();
    EXPECT_TRUE(world.becomes("SELECT status FROM jobs", "cancelled"));
    EXPECT_TRUE(dies(agent));
    EXPECT_EQ(world.one("SELECT state FROM tasks"), "cancelled");
    EXPECT_EQ(world.one("SELECT exit_code FROM attempts"), "");
}

// proves Q5, Q7
TEST_F(OutageTest, TimeLimitHoldsWhileOrchdIsAway) {
    world.settings.agent_options = "timeout: 2s, grace: 100ms, retries: 0";
    world.script("developer", "begin; hold");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    world.kill9();
    ASSERT_TRUE(eventually([&] { return !world.file("state/jobs/1.1/exit.json").empty(); }));
    world.start();
    EXPECT_TRUE(has(world.parkedBecause(task), "still running after 2 s")) << world.reasonOf(task);
    EXPECT_EQ(world.one("SELECT outcome FROM attempts"), "timed_out");
}

// proves X1
TEST_F(OutageTest, ABackupFromUnderARunningAgentIsADatabaseToStartFrom) {
    world.script("developer", "begin; change; hold; end");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    const auto made = world.orchctl({"backup", (world.dir / "copy").string()});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(has(made.out, "checked: ok")) << made.out;
    stop();
    world.letGo();
    restore(world.dir / "copy");
    world.start();
    expectDone(task);
    EXPECT_EQ(world.ledger().count("start"), 3U);  // developer, check, deploy: each once
}

// proves X1, Q5
TEST_F(OutageTest, AnAgentThatABackupKnowsAsRunningIsAdoptedAndNotRunBesideItself) {
    world.script("developer", "begin; hold; change; end");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    ASSERT_EQ(world.orchctl({"backup", (world.dir / "copy").string()}).code, 0);
    world.kill9();
    restore(world.dir / "copy");
    world.start();
    world.letGo();
    expectDone(task);
    EXPECT_EQ(world.one("SELECT max(attempt) FROM jobs WHERE agent='developer'"), "1");
}

// proves X1
TEST_F(OutageTest, DatabaseFromBeforeTheTaskLeavesNoAgentBehind) {
    world.start();
    stop();
    fs::copy_file(world.state / "orch.db", world.dir / "backup");
    world.script("developer", "begin; hold; change; end");
    world.start();
    (void)world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    const auto agent = world.agentOf("1.1");
    world.kill9();
    restore(world.dir / "backup");
    world.start();
    EXPECT_TRUE(dies(agent));
    const auto task = world.addTask();
    world.letGo();
    expectDone(task);
}

// proves X1
TEST_F(OutageTest, DatabaseFromBeforeTheStartDoesNotRunTwoAgentsAtOnce) {
    world.script("developer", "begin; hold; change; end");
    world.start();
    EXPECT_EQ(world.orchctl({"queue", "pause"}).code, 0);
    const auto task = world.addTask();
    stop();
    fs::copy_file(world.state / "orch.db", world.dir / "backup");
    world.start();
    EXPECT_EQ(world.orchctl({"queue", "resume"}).code, 0);
    ASSERT_TRUE(world.runsBegin(1));
    world.kill9();
    restore(world.dir / "backup");
    world.start();
    EXPECT_EQ(world.orchctl({"queue", "resume"}).code, 0);
    ASSERT_TRUE(world.runsBegin(2));
    world.letGo();
    expectDone(task);
}

// proves H9
TEST_F(OutageTest, SigtermDoesNotWaitForARepositoryThatHangs) {
    const auto hook = world.repo.path() / ".git/hooks/pre-receive";
    world.repo.write(
        ".git/hooks/pre-receive",
        "#!/bin/sh\nwhile [ ! -e '" + (world.dir / "go").string() + "' ]; do sleep 0.05; done\n");
    chmod(hook.c_str(), 0700);
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.becomes("SELECT status FROM jobs WHERE agent='merge'", "running"));
    world.orchd().signal(SIGTERM);
    const int code = world.orchd().exitCode(30s);
    EXPECT_EQ(code, 0);
    world.letGo();
    world.start();
    expectDone(task);
}

}  // namespace orch::testing

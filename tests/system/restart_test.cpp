#include <gtest/gtest.h>
#include <signal.h>

#include "base/run.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace {

constexpr auto kHoldingDeveloper = "begin; hold; change; end";
constexpr auto kRunning = "SELECT count(*) FROM jobs WHERE status='running'";
constexpr auto kNotFinal =
    "SELECT count(*) FROM jobs WHERE status IN ('running','queued','scheduled')";

/// An installation whose developers wait until they are let go.
struct RestartTest : ::testing::Test {
    RestartTest() { world.script("developer", kHoldingDeveloper); }

    void startAgents(std::size_t count) {
        world.start();
        for (std::size_t i = 0; i < count; ++i) (void)world.addTask();
        ASSERT_TRUE(world.runsBegin(count));
    }
    void expectDone(std::size_t tasks) {
        for (std::size_t i = 1; i <= tasks; ++i) {
            const auto task = "T-" + std::to_string(i);
            EXPECT_TRUE(world.taskBecomes(task, "done"));
            EXPECT_EQ(world.landings(task), 1) << task;
        }
        EXPECT_EQ(world.one(kNotFinal), "0");
        EXPECT_EQ(world.ledger().twice(), std::vector<std::string>{});
        EXPECT_EQ(world.ledger().count("overlap"), 0U);
    }

    Installation world;
};

}  // namespace

/// Which of orchd (o), shim (s) and agent (a) are killed, in this order.
struct KillOrder : RestartTest, ::testing::WithParamInterface<const char*> {
    void kill(char whom) {
        if (whom == 'o') return world.kill9();
        const auto pid = whom == 's' ? shim : agent;
        ::kill(pid, SIGKILL);
        if (!world.orchd().running()) {
            EXPECT_TRUE(dies(pid));
        }
    }
    pid_t shim = 0, agent = 0;
};

// proves Q5, X1
TEST_P(KillOrder, EndsInOneChangeAndNoTwoAgentsAtOnce) {
    startAgents(1);
    shim = world.shimOf("1.1");
    agent = world.agentOf("1.1");
    for (const char* whom = GetParam(); *whom != '\0'; ++whom) kill(*whom);
    if (!world.orchd().running()) world.start();
    world.letGo();
    expectDone(1);
    const bool survived = std::string{GetParam()} == "o";
    const auto end = world.rows("SELECT exit_code, outcome FROM attempts WHERE job_id=1 AND n=1");
    EXPECT_EQ(end.front()[0], survived ? "0" : "") << "no exit code may be invented";
    EXPECT_EQ(end.front()[1] == "exited", survived) << end.front()[1];
    EXPECT_EQ(world.ledger().count("start", "development"), survived ? 1U : 2U);
}

INSTANTIATE_TEST_SUITE_P(Of,
                         KillOrder,
                         ::testing::Values("o",
                                           "s",
                                           "a",
                                           "os",
                                           "so",
                                           "oa",
                                           "ao",
                                           "sa",
                                           "as",
                                           "osa",
                                           "oas",
                                           "soa",
                                           "sao",
                                           "aos",
                                           "aso"),
                         [](const auto& of) { return std::string{of.param}; });

/// A child that left the session holds the lock of which `begin` tells when it finds it held.
struct LeftTheSession : RestartTest, ::testing::WithParamInterface<const char*> {};

// proves Q5, X1
TEST_P(LeftTheSession, EndsBeforeTheNextAttemptBegins) {
    world.settings.agent_options += std::string{", confine: "} + GetParam();
    world.script("developer",
                 "begin; setsid sh -c 'trap \"\" TERM HUP; sleep 1000; exit' & hold; change; end");
    startAgents(1);
    const auto shim = world.shimOf("1.1"), agent = world.agentOf("1.1");
    world.kill9();
    kill(shim, SIGKILL);
    kill(agent, SIGKILL);
    world.start();
    world.letGo();
    expectDone(1);
    EXPECT_EQ(world.ledger().count("start", "development"), 2U);
}

INSTANTIATE_TEST_SUITE_P(Of, LeftTheSession, ::testing::Values("auto", "off"), [](const auto& of) {
    return std::string{of.param};
});

// proves Q5
TEST_F(RestartTest, ID13ThreeAgentsAreAdoptedAgainAndAgainAndNoneRunsTwice) {
    startAgents(3);
    for (int restart = 0; restart < 3; ++restart) {
        world.pullThePlug();
        EXPECT_EQ(world.one(kRunning), "3");
    }
    EXPECT_NE(world.log().rfind("adopted 3, finished 0, lost 0, queued again 0"),
              std::string::npos);
    world.letGo();
    expectDone(3);
    EXPECT_EQ(world.ledger().count("start", "development"), 3U);
}

// proves Q5, X1
TEST_F(RestartTest, StartsThatAreKilledThemselvesLoseNothing) {
    startAgents(1);
    for (int i = 0; i < 8; ++i) {
        world.kill9();
        world.launch();
        (void)eventually([&] { return world.ready(); }, std::chrono::milliseconds{7 * i * i});
    }
    world.pullThePlug();
    world.letGo();
    expectDone(1);
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
}

// proves Q5
TEST_F(RestartTest, TrueExitCodeIsLearnedOfAnAgentThatEndedMeanwhile) {
    world.script("developer",
                 R"(begin; hold; if [ "$ORCH_ATTEMPT" = 1 ]; then exit 7; fi; change; end)");
    startAgents(1);
    world.kill9();
    world.letGo();
    ASSERT_TRUE(eventually([&] { return !world.file("state/jobs/1.1/exit.json").empty(); }));
    world.start();
    expectDone(1);
    EXPECT_EQ(world.one("SELECT exit_code FROM attempts WHERE job_id=1 AND n=1"), "7");
    EXPECT_EQ(world.one("SELECT outcome FROM attempts WHERE job_id=1 AND n=1"), "exited");
}

// proves H9, Q5
TEST_F(RestartTest, IH11AgentsGoOnThroughSigtermAndAnUpgrade) {
    startAgents(3);
    const auto agent = world.agentOf("1.1");
    world.orchd().signal(SIGTERM);
    EXPECT_EQ(world.orchd().exitCode(), 0);
    EXPECT_EQ(world.file("state/daemon.json"), "");
    EXPECT_EQ(kill(agent, 0), 0);
    const auto next = world.dir / "next";
    std::filesystem::create_directories(next);
    for (const auto* name : {"orchd", "orch-shim"}) {
        std::filesystem::copy_file(std::filesystem::path{ORCHD}.parent_path() / name, next / name);
    }
    world.program = next / "orchd";
    world.start();
    world.letGo();
    expectDone(3);
    EXPECT_EQ(world.ledger().count("start", "development"), 3U);
}

// proves Q1, Q2
TEST_F(RestartTest, AdoptedAgentTakesItsSlotBeforeTheQueueIsDrained) {
    world.settings.queue = "{max_concurrency: 1, retry: {base: 50ms, cap: 200ms}}";
    startAgents(1);
    (void)world.addTask();
    world.pullThePlug();
    (void)world.addTask();  // makes the writer claim once more
    EXPECT_EQ(world.one(kRunning), "1");
    world.letGo();
    expectDone(3);
    std::string order;
    const auto ledger = world.ledger();
    for (const auto& entry : ledger.entries()) {
        if (entry.stage == "development") order += entry.event + " ";
    }
    EXPECT_EQ(order, "start end start end start end ");
}

TEST_F(RestartTest, IA5SecondOrchdOnOneStateFolderIsRefused) {
    world.settings.store = "{lock_wait: 300ms}";
    startAgents(1);
    const auto second = run({.command = {ORCHD, "--config", (world.dir / "orch.yaml").string()},
                             .environment = plainEnvironment()});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_NE(second.errors.find("another orchd is using it (pid " +
                                 std::to_string(world.orchd().pid()) + ")"),
              std::string::npos)
        << second.errors;
    world.letGo();
    expectDone(1);
}

TEST_F(RestartTest, SuccessorWaitsForTheOneItReplaces) {
    startAgents(1);
    Program successor({ORCHD, "--config", (world.dir / "orch.yaml").string()},
                      world.dir / "successor.log");
    world.orchd().signal(SIGTERM);
    EXPECT_EQ(world.orchd().exitCode(), 0);
    EXPECT_TRUE(eventually(
        [&] { return world.file("successor.log").find("adopted 1") != std::string::npos; }));
    world.letGo();
    expectDone(1);
}

}  // namespace orch::testing

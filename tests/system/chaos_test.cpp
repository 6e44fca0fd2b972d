#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <random>

#include "support/eventually.hpp"
#include "system/installation.hpp"

// Anything may be killed at any time, again and again.

namespace orch::testing {

struct ChaosTest : ::testing::Test {
    static constexpr int kTasks = 5;

    ChaosTest() {
        world.settings.queue =
            "{max_concurrency: 3, retry: {base: 20ms, cap: 50ms, max_lost: 100}}";
        world.settings.agent_options = "timeout: 2m, grace: 100ms, retries: 20";
        world.settings.project = "";
        world.script("developer", "begin; sleep 0.2; change; sleep 0.1; end");
        world.script("check", "begin; sleep 0.2; test -e \"change-$ORCH_TASK\"; end");
    }

    /// One of the scripts that run now, or its shim; 0 when there is none.
    pid_t someProcess() {
        const auto running = world.rows(
            "SELECT id || '.' || attempt FROM jobs WHERE status='running' AND lane<>'reserved'");
        if (running.empty()) return 0;
        const auto attempt = running[random() % running.size()].front();
        const auto pid = random() % 2 == 0 ? world.shimOf(attempt) : world.agentOf(attempt);
        return world.owns(pid) ? pid : 0;
    }

    void killSomething() {
        const auto pid = random() % 2 == 0 ? 0 : someProcess();
        if (pid != 0) {
            kill(pid, SIGKILL);
            return;
        }
        world.kill9();
        world.launch();
    }

    void awaitAMoment() {
        const auto events = world.ledger().entries().size();
        (void)eventually([&] { return world.ledger().entries().size() > events + 2; },
                         std::chrono::milliseconds{random() % 400});
    }

    Installation world;
    std::mt19937 random{std::random_device{}()};
};

// proves X1, Q5
TEST_F(ChaosTest, EveryTaskStillLandsOnceAndNoTwoAgentsShareATask) {
    const bool much = std::getenv("ORCH_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
    world.start();
    for (int task = 0; task < kTasks; ++task) (void)world.addTask();
    for (int round = 0; round < (much ? 100 : 12); ++round) {
        awaitAMoment();
        killSomething();
    }
    world.pullThePlug();
    for (int task = 1; task <= kTasks; ++task) {
        EXPECT_TRUE(world.taskBecomes("T-" + std::to_string(task), "done", 120s));
        EXPECT_EQ(world.landings("T-" + std::to_string(task)), 1);
    }
    EXPECT_EQ(world.ledger().twice(), std::vector<std::string>{});
    EXPECT_EQ(world.ledger().count("overlap"), 0U);
}

}  // namespace orch::testing

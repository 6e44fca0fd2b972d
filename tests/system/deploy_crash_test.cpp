#include <gtest/gtest.h>

#include "support/eventually.hpp"
#include "system/installation.hpp"

// orchd is killed after each durable step of a deploy and started again.

namespace orch::testing {

namespace {

/// Codes that the deploy command ends with, one a run, and what must come of it.
struct Ending {
    const char* name;
    const char* codes;
    const char* state;
    unsigned runs;
};
constexpr Ending kDeployed{"Deployed", "0", "deployed", 1};
constexpr Ending kRolledBack{"RolledBack", "3", "rolled_back", 1};
constexpr Ending kRetried{"Retried", "75 0", "deployed", 2};

struct Crash {
    const char* point;
    Ending ending;
};

void PrintTo(const Crash& tested, std::ostream* out) {
    *out << tested.point << " " << tested.ending.name;
}

}  // namespace

struct DeployCrashTest : ::testing::TestWithParam<Crash> {
    DeployCrashTest() {
        world.program = ORCHD_CRASHING;
        world.settings.project =
            "    deploy: {command: [sh, {dir}/agents/deploy.sh, \"{version}\"], "
            "exit_codes: {rolled_back: [3], retry: [75]}}\n";
        world.script(
            "deploy",
            "begin; note \"deployed-$1\"\n"
            "set -- " +
                std::string(GetParam().ending.codes) +
                "\nif [ \"$(grep -c '^deployed-' \"$here/ledger\")\" -gt 1 ]; then shift; fi\n"
                "end; exit \"$1\"");
    }
    void crash() {
        auto& orchd = world.launch({{"ORCH_CRASH_AT", GetParam().point}});
        ASSERT_TRUE(eventually([&] { return !orchd.running() || world.ready(); }));
        (void)world.addTask();
        ASSERT_TRUE(eventually([&] { return !orchd.running(); }, std::chrono::seconds{90}))
            << "the point was never reached";
    }
    void expectOneDeploy() {
        const auto& ending = GetParam().ending;
        const bool deployed = std::string(ending.state) == "deployed";
        EXPECT_TRUE(world.taskBecomes("T-1", deployed ? "done" : "parked"));
        EXPECT_EQ(world.one("SELECT group_concat(number || state) FROM deploys"),
                  std::string("1") + ending.state);
        EXPECT_EQ(world.one("SELECT deployed_version FROM tasks"), deployed ? "v1" : "");
        EXPECT_EQ(world.ledger().count("deployed-v1"), ending.runs);
        EXPECT_EQ(world.ledger().twice(), std::vector<std::string>{});
        EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule='deploy'"),
                  std::to_string(ending.runs));
        EXPECT_EQ(world.one("SELECT count(*) FROM jobs WHERE kind='finalize' AND "
                            "status='succeeded'"),
                  std::to_string(ending.runs));
        EXPECT_EQ(world.one("SELECT count(*) FROM outbox WHERE kind='notify'"),
                  deployed ? "0" : "1");
        EXPECT_TRUE(has(world.file("state/tasks/T-1/06-deploy-log.md"),
                        std::string("# Deploy of v1: ") + ending.state));
    }
    Installation world;
};

// proves X1, S6, Q5
TEST_P(DeployCrashTest, OneVersionAndOneRunAnAttempt) {
    crash();
    world.start();
    expectOneDeploy();
}

INSTANTIATE_TEST_SUITE_P(At,
                         DeployCrashTest,
                         ::testing::Values(Crash{"deploy.begun", kDeployed},
                                           Crash{"launch.spawned:3", kRolledBack},
                                           Crash{"finish.end_seen:3", kRolledBack},
                                           Crash{"deploy.command_ended", kDeployed},
                                           Crash{"deploy.command_ended", kRetried},
                                           Crash{"deploy.decided", kRolledBack},
                                           Crash{"deploy.artefact_written", kDeployed},
                                           Crash{"deploy.artefact_written", kRetried},
                                           Crash{"deploy.recorded", kDeployed},
                                           Crash{"deploy.recorded", kRolledBack},
                                           Crash{"deploy.recorded:1", kRetried},
                                           Crash{"deploy.begun:2", kRetried},
                                           Crash{"deploy.recorded:2", kRetried}),
                         [](const auto& of) {
                             std::string name = std::string(of.param.point) + of.param.ending.name;
                             for (auto& c : name) {
                                 if (c == '.' || c == ':') c = '_';
                             }
                             return name;
                         });

}  // namespace orch::testing

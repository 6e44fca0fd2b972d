#include <gmock/gmock.h>

#include "base/files.hpp"
#include "config_text.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::parse;
using testing::refusal;
using testing::TempDir;

std::string refusalOfFile(const std::filesystem::path& file) {
    try {
        (void)loadConfig(file, {});
        return "accepted";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

TEST(ConfigValueTest, EmptyFileMeansTheDefaults) {
    EXPECT_TRUE(diff(parse(""), defaultConfig()).empty());
    EXPECT_TRUE(diff(parse("queue:\nagents:\npipeline:\nprojects:\n"), defaultConfig()).empty());
}

TEST(ConfigValueTest, AgentHasWhatTheFileSays) {
    const auto config = parse(
        "agents: {a: {command: [x, y], timeout: 2h, stall: 0s, grace: 1s, output_limit: 1KB, "
        "retries: 0, pass_env: [KEY], confine: required, run_as: agents, "
        "api: read}}\npipeline: {stages: "
        "[{name: s, agent: a}]}\n");
    const auto& agent = config.agents.at(0);
    EXPECT_THAT(agent.command, ElementsAre("x", "y"));
    EXPECT_EQ(agent.timeout, 2h);
    EXPECT_EQ(agent.stall, 0s);
    EXPECT_EQ(agent.grace, 1s);
    EXPECT_EQ(agent.output_limit, 1000U);
    EXPECT_EQ(agent.retries, 0);
    EXPECT_THAT(agent.pass_env, ElementsAre("KEY"));
    EXPECT_EQ(agent.confine, Confine::kRequired);
    EXPECT_EQ(agent.run_as, "agents");
    EXPECT_TRUE(agent.reads_api);
}

TEST(ConfigValueTest, DiskHasWhatTheFileSays) {
    EXPECT_EQ(parse("disk: {min_free: 20GB}\n").disk.min_free, 20'000'000'000U);
    EXPECT_EQ(parse("disk: {min_free: 0B}\n").disk.min_free, 0U);
    EXPECT_THAT(refusal("disk: {min_free: 2000TB}\n"), HasSubstr("must be between 0B and 1000TB"));
}

TEST(ConfigValueTest, RetentionHasWhatTheFileSays) {
    const auto keep =
        parse("retention: {logs: 1d, jobs: 2d, messages: 3h, branches: 0s}\n").retention;
    EXPECT_EQ(keep.logs, 24h);
    EXPECT_EQ(keep.jobs, 48h);
    EXPECT_EQ(keep.messages, 3h);
    EXPECT_EQ(keep.branches, 0s);
}

TEST(ConfigValueTest, LogsAreNotKeptLongerThanTheirJobs) {
    constexpr auto kWhy = "retention.logs: must not be kept longer than retention.jobs";
    EXPECT_THAT(refusal("retention: {logs: 3d, jobs: 2d}\n"), HasSubstr(kWhy));
    EXPECT_THAT(refusal("retention: {logs: 0s, jobs: 2d}\n"), HasSubstr(kWhy));
    EXPECT_EQ(parse("retention: {logs: 3d, jobs: 0s}\n").retention.jobs, 0s);
}

TEST(ConfigValueTest, ChecksHaveWhatTheFileSays) {
    const auto config = parse("checks: {confine: off, run_as: agents}\n");
    EXPECT_EQ(config.checks.confine, Confine::kOff);
    EXPECT_EQ(config.checks.run_as, "agents");
    EXPECT_EQ(parse("").checks.confine, Confine::kAuto);
}

TEST(ConfigValueTest, StageHasWhatTheFileSays) {
    const auto config = parse(
        "pipeline:\n  rework_limit: 7\n  stages:\n    - {name: one, gate: [committed]}\n    - "
        "{name: "
        "two, check: [make], check_timeout: 5m, merge: {retest_on_base_change: false}, gate: "
        "[check, merged], on_red: {to: one, limit: 2}, grace: 1m}\n");
    EXPECT_EQ(config.pipeline.rework_limit, 7);
    const auto& stage = config.pipeline.stages.at(1);
    EXPECT_THAT(stage.check, ElementsAre("make"));
    EXPECT_EQ(stage.check_timeout, 5min);
    EXPECT_TRUE(stage.merge);
    EXPECT_FALSE(stage.retest_on_base_change);
    EXPECT_EQ(stage.on_red.to, "one");
    EXPECT_EQ(stage.on_red.limit, 2);
    EXPECT_EQ(stage.grace, 1min);
}

TEST(ConfigValueTest, RedGateLeadsBackToItsOwnStageUnlessSaid) {
    const auto config = parse("pipeline: {stages: [{name: one, gate: [committed]}]}\n");
    EXPECT_EQ(config.pipeline.stages.at(0).on_red.to, "one");
    EXPECT_EQ(config.pipeline.stages.at(0).on_red.limit, 3);
}

TEST(ConfigValueTest, ProjectHasWhatTheFileSays) {
    const auto config = parse(
        "projects: [{name: p, repo: {forge: local, path: ../p, base: trunk}, tracker: {kind: "
        "builtin}, approvers: [me, 'Ada L.'], self: true, deploy: {command: [./d, '{sha}'], "
        "timeout: 5m, exit_codes: {rolled_back: [3, 255], retry: [75]}}}]\n");
    const auto& project = *config.findProject("p");
    EXPECT_EQ(project.path, "../p");
    EXPECT_EQ(project.base, "trunk");
    EXPECT_THAT(project.approvers, ElementsAre("me", "Ada L."));
    EXPECT_TRUE(project.self);
    EXPECT_THAT(project.deploy, ElementsAre("./d", "{sha}"));
    EXPECT_EQ(project.deploy_timeout, 5min);
    EXPECT_THAT(project.deploy_codes.rolled_back, ElementsAre(3, 255));
    EXPECT_THAT(project.deploy_codes.retry, ElementsAre(75));
}

TEST(ConfigValueTest, LoopbackAddressesAreAccepted) {
    for (const std::string host : {"127.0.0.1", "127.1.2.3", "localhost", "::1"}) {
        const auto shown = host == "::1" ? "[::1]" : host;
        EXPECT_EQ(parse("server: {listen: '" + shown + ":0'}\n").server, (ServerConfig{host, 0}));
    }
}

TEST(ConfigValueTest, DatabaseLiesInTheStateFolderUnlessItsPathIsAbsolute) {
    EXPECT_EQ(parse("state_dir: /s\n").databasePath(), "/s/orch.db");
    EXPECT_EQ(parse("state_dir: /s\nstore: {path: /t/x.db}\n").databasePath(), "/t/x.db");
}

TEST(ConfigValueTest, AliasesMayBeUsed) {
    const auto config =
        parse("agents: {a: &a {command: [x]}, b: *a}\npipeline: {stages: [{name: s, agent: b}]}\n");
    EXPECT_THAT(config.findAgent("b")->command, ElementsAre("x"));
}

TEST(ConfigValueTest, AllProblemsAreToldAtOnceInTheOrderOfTheFile) {
    EXPECT_EQ(
        refusal("queue: {max_concurrency: 0}\nstate_dir: []\nstore: {kind: x}\nserver: {file: y}\n",
                {{"ORCH_SERVER_LISTEN", "x"}}),
        "f.yaml:1:26: queue.max_concurrency: must be between 1 and 256, got 0\n"
        "f.yaml:2:12: state_dir: expected a text, got a list\n"
        "f.yaml:3:15: store.kind: \"x\" is not possible: this release keeps its state in "
        "sqlite only\n"
        "f.yaml:4:10: server.file: unknown key (server accepts: listen, read)\n"
        "environment ORCH_SERVER_LISTEN: server.listen: expected an address such as "
        "127.0.0.1:8080 or [::1]:8080, got x");
}

TEST(ConfigValueTest, ProblemsOfThePipelineAsAWholeHaveTheirPlace) {
    EXPECT_THAT(refusal("pipeline:\n  stages:\n    - {name: a, gate: [committed, ci]}\n"),
                HasSubstr("f.yaml:3:35: pipeline.stages[0].gate[1]: gate ci waits for"));
    EXPECT_THAT(refusal("pipeline:\n  stages:\n    - {name: a, gate: [comitted]}\n"),
                HasSubstr("f.yaml:3:24: pipeline.stages[0].gate[0]: unknown gate comitted, did you "
                          "mean committed?"));
    EXPECT_THAT(
        refusal("pipeline:\n  stages:\n    - {name: a, gate: [committed], on_red: {to: b}}\n"),
        HasSubstr("f.yaml:3:49: pipeline.stages[0].on_red.to: unknown stage b"));
    EXPECT_THAT(refusal("pipeline: {stages: []}\n"),
                HasSubstr("f.yaml:1:20: pipeline.stages: there is no stage"));
}

// A stage that waits for something nothing can send is refused at load.
TEST(ConfigValueTest, IF11StageThatWaitsForWhatNothingSendsIsRefused) {
    EXPECT_EQ(
        refusal("pipeline:\n  stages:\n    - {name: a, gate: [check]}\n"),
        "f.yaml:3:24: pipeline.stages[0].gate[0]: gate check waits for a command: add `check: "
        "[make, check]`");
}

TEST(ConfigValueTest, FileIsLoadedByItsPath) {
    const TempDir folder;
    replaceFile(folder / "orch.yaml", "state_dir: /s\n", Sync::kNo);
    EXPECT_EQ(loadConfig(folder / "orch.yaml", {}).state_dir, "/s");
}

TEST(ConfigValueTest, FileThatIsNotThereIsTold) {
    const TempDir folder;
    const auto file = (folder / "none.yaml").string();
    EXPECT_EQ(refusalOfFile(file),
              file + ":1:1: there is no such file; name the configuration with --config FILE");
    EXPECT_EQ(refusalOfFile(folder.path()),
              folder.path().string() + ":1:1: this is a folder, not a configuration file");
}

TEST(ConfigValueTest, ProcessEnvironmentHasThePath) {
    EXPECT_EQ(processEnvironment().count("PATH"), 1U);
}

TEST(ConfigValueTest, AListOfProtectedPathsThatLeavesTheChecksFilesOpenIsWarnedOf) {
    const auto warnings = [](const std::string& list) {
        return parse("projects: [{name: a, repo: {path: .}, protected: " + list +
                     "}]\npipeline: {stages: [{name: t, check: [make, check], gate: [check]}]}\n")
            .warnings;
    };
    EXPECT_THAT(warnings("[Makefile, '.ci/**']"),
                ElementsAre(::testing::HasSubstr("add GNUmakefile,")));
    EXPECT_THAT(warnings("[GNUmakefile, Makefile]"), ElementsAre());
    EXPECT_THAT(warnings("[]"), ElementsAre());
}

}  // namespace orch

#include "config/overlay.hpp"

#include <gtest/gtest.h>

#include "config_text.hpp"

namespace orch {

using testing::parse;
using testing::refusal;
using Warnings = std::vector<std::string>;

TEST(OverlayTest, VariableTakesThePlaceOfAValueInTheFile) {
    const auto config = parse("state_dir: a\nqueue: {max_concurrency: 3}\n",
                              {{"ORCH_STATE_DIR", "b"}, {"ORCH_QUEUE_MAX_CONCURRENCY", "7"}});
    EXPECT_EQ(config.state_dir, "b");
    EXPECT_EQ(config.queue.max_concurrency, 7);
}

TEST(OverlayTest, VariableTakesThePlaceOfADefault) {
    const Environment environment{{"ORCH_SERVER_LISTEN", "[::1]:0"},
                                  {"ORCH_STORE_PATH", "x.db"},
                                  {"ORCH_QUEUE_RETRY_BASE", "5s"},
                                  {"ORCH_PIPELINE_REWORK_LIMIT", "9"},
                                  {"ORCH_PROMPTS", "p"}};
    const auto config = parse("", environment);
    EXPECT_EQ(config.server, (ServerConfig{"::1", 0}));
    EXPECT_EQ(config.store.path, "x.db");
    EXPECT_EQ(config.queue.retry.base, std::chrono::seconds(5));
    EXPECT_EQ(config.pipeline.rework_limit, 9);
    EXPECT_EQ(config.prompts, "p");
}

TEST(OverlayTest, MaxConcurrencyHasAShortName) {
    EXPECT_EQ(parse("", {{"ORCH_MAX_CONCURRENCY", "5"}}).queue.max_concurrency, 5);
}

TEST(OverlayTest, EmptyVariableCountsAsNotSet) {
    EXPECT_EQ(parse("state_dir: a\n", {{"ORCH_STATE_DIR", ""}}).state_dir, "a");
}

TEST(OverlayTest, WrongValueIsToldWithTheVariable) {
    EXPECT_EQ(refusal("", {{"ORCH_MAX_CONCURRENCY", "many"}}),
              "environment ORCH_MAX_CONCURRENCY: queue.max_concurrency: expected a whole number, "
              "got many");
}

TEST(OverlayTest, TwoNamesOfOneKeyMustAgree) {
    const Environment both{{"ORCH_MAX_CONCURRENCY", "2"}, {"ORCH_QUEUE_MAX_CONCURRENCY", "3"}};
    EXPECT_EQ(refusal("", both),
              "environment ORCH_QUEUE_MAX_CONCURRENCY: queue.max_concurrency: contradicts "
              "ORCH_MAX_CONCURRENCY: set only one of them");
}

TEST(OverlayTest, NearlyRightNameIsAWarning) {
    EXPECT_EQ(parse("", {{"ORCH_STATEDIR", "x"}}).warnings,
              Warnings{"the environment variable ORCH_STATEDIR changes nothing, did you mean "
                       "ORCH_STATE_DIR?"});
}

TEST(OverlayTest, KillSwitchesAndPluginSettingsAreLeftAlone) {
    const Environment environment{{"ORCH_QUEUE_ENABLED", "false"},
                                  {"ORCH_REAPER_INTERVAL_S", "5"},
                                  {"ORCH_RECONCILE_GRACE_S", "5"},
                                  {"STATE_DIR", "x"}};
    const auto config = parse("", environment);
    EXPECT_EQ(config.warnings, Warnings{});
    EXPECT_TRUE(diff(defaultConfig(), config).empty());
}

TEST(OverlayTest, PluginsFolderHasAShortName) {
    const auto config = parse("plugins: {directory: a}\n", {{"ORCH_PLUGIN_DIR", "/p"}});
    EXPECT_EQ(config.plugin_directory, "/p");
    EXPECT_EQ(parse("", {{"ORCH_PLUGINS_DIRECTORY", "/q"}}).plugin_directory, "/q");
}

TEST(OverlayTest, PluginsHaveNoVariablesOfTheFilesOwn) {
    const auto config = parse("plugins: {x: {}}\n", {{"ORCH_PLUGINS_X_TIMEOUT", "1s"}});
    EXPECT_EQ(config.plugins.at(0).timeout, std::chrono::seconds(30));
}

TEST(OverlayTest, AVariableThatLooksLikeAPluginsKeyIsSaidToChangeNothing) {
    const auto warnings = parse("", {{"ORCH_PLUGINS_REAPER_ENABLED", "false"}}).warnings;
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings.front().find("ORCH_PLUGINS_REAPER_ENABLED changes nothing"),
              std::string::npos);
    EXPECT_NE(warnings.front().find("such as ORCH_REAPER_ENABLED"), std::string::npos);
}

TEST(OverlayTest, SettingsOfAListedPluginAreNoTypos) {
    const Environment environment{{"ORCH_DISK_WATCH_MIN_FREE", "1GB"}};
    EXPECT_EQ(parse("plugins: {disk-watch: {}}\n", environment).warnings, Warnings{});
    EXPECT_EQ(parse("", environment).warnings,
              Warnings{"the environment variable ORCH_DISK_WATCH_MIN_FREE changes nothing, did you "
                       "mean ORCH_DISK_MIN_FREE?"});
}

TEST(OverlayTest, OrchdInsideOfAnAgentDoesNotWarnOfTheAgentsVariables) {
    Environment environment;
    for (const auto* name : {"ARTEFACT",
                             "ARTEFACT_DIR",
                             "ATTEMPT",
                             "BASE",
                             "BRANCH",
                             "HEAD",
                             "JOB",
                             "PROJECT",
                             "PROMPT_FILE",
                             "STAGE",
                             "TASK",
                             "VERSION"}) {
        environment[std::string("ORCH_") + name] = "x";
    }
    EXPECT_EQ(parse("", environment).warnings, Warnings{});
}

TEST(OverlayTest, VariableTheFileRefersToIsNoTypo) {
    EXPECT_EQ(parse("state_dir: ${ORCH_STATE_DIRS}\n", {{"ORCH_STATE_DIRS", "x"}}).warnings,
              Warnings{});
}

TEST(OverlayTest, AgentsAndProjectsHaveNoVariables) {
    EXPECT_EQ(overlayNamesOf("state_dir"), std::vector<std::string>{"ORCH_STATE_DIR"});
    const auto config = parse("", {{"ORCH_AGENTS_ANALYST_RETRIES", "9"}});
    EXPECT_EQ(config.findAgent("analyst")->retries, 2);
}

}  // namespace orch

#include <gmock/gmock.h>

#include "config_text.hpp"

namespace orch {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::parse;
using testing::refusal;
using Texts = std::vector<std::string>;

std::vector<std::string> loaded(const std::string& text) {
    std::vector<std::string> names;
    for (const auto& plugin : parse(text).plugins) names.push_back(plugin.name);
    return names;
}

PluginDef only(const std::string& text, const Environment& environment = {}) {
    return parse(text, environment).plugins.at(0);
}

TEST(PluginConfigTest, FileWithoutPluginsHasTheBundledOnes) {
    EXPECT_THAT(loaded(""), ElementsAre("reaper", "mergelease"));
    EXPECT_THAT(loaded("plugins:\n"), ElementsAre("reaper", "mergelease"));
}

TEST(PluginConfigTest, FileWithPluginsHasExactlyWhatItLists) {
    EXPECT_THAT(loaded("plugins: {x: {}, reaper:}\n"), ElementsAre("x", "reaper"));
    EXPECT_THAT(loaded("plugins: {}\n"), IsEmpty());
    EXPECT_THAT(loaded("plugins: {directory: x}\n"), IsEmpty());
}

TEST(PluginConfigTest, BundledOnesAreOnAndTickEveryHalfMinute) {
    const auto reaper = only("");
    EXPECT_EQ(reaper.enabled, true);
    EXPECT_EQ(reaper.interval, 30s);
    EXPECT_EQ(reaper.settings.at(0).key, "dead_ticks");
    EXPECT_EQ(reaper.settings.at(0).values, Texts{"3"});
    EXPECT_EQ(reaper.settings.size(), 1U);
}

TEST(PluginConfigTest, EveryKeyIsRead) {
    const auto plugin = only(
        "plugins: {x: {enabled: false, library: l/x.so, interval: 5s, mode: observe, timeout: 2s, "
        "isolation: process, grants: [jobs.running, notify.send], max_actions_per_hour: 0}}\n");
    EXPECT_EQ(plugin.enabled, false);
    EXPECT_EQ(plugin.library, "l/x.so");
    EXPECT_EQ(plugin.interval, 5s);
    EXPECT_EQ(plugin.mode, PluginMode::kObserve);
    EXPECT_EQ(plugin.timeout, 2s);
    EXPECT_EQ(plugin.isolation, Isolation::kProcess);
    EXPECT_EQ(plugin.grants, (Texts{"jobs.running", "notify.send"}));
    EXPECT_EQ(plugin.max_actions_per_hour, 0);
}

TEST(PluginConfigTest, WhatIsLeftOutIsThePluginsOwnOrNoVote) {
    const auto plugin = only("plugins: {x: {}}\n");
    EXPECT_FALSE(plugin.enabled);
    EXPECT_FALSE(plugin.interval);
    EXPECT_FALSE(plugin.grants);
    EXPECT_EQ(plugin.isolation, Isolation::kByPlace);
    EXPECT_EQ(plugin.mode, PluginMode::kLive);
    EXPECT_EQ(plugin.max_actions_per_hour, 60);
    EXPECT_TRUE(only("plugins: {x: {grants: []}}\n").grants);
}

TEST(PluginConfigTest, SettingsComeAsTheyAreWrittenWithTheirPlace) {
    const auto plugin = only("plugins:\n  x:\n    settings:\n      a: 2h\n      b: [p, 1]\n");
    EXPECT_EQ(plugin.where, "f.yaml:2:3");
    ASSERT_EQ(plugin.settings.size(), 2U);
    EXPECT_EQ(plugin.settings[0].values, Texts{"2h"});
    EXPECT_FALSE(plugin.settings[0].is_list);
    EXPECT_EQ(plugin.settings[0].where, "f.yaml:4:7");
    EXPECT_EQ(plugin.settings[1].values, (Texts{"p", "1"}));
    EXPECT_TRUE(plugin.settings[1].is_list);
    EXPECT_EQ(plugin.settings[1].where, "f.yaml:5:7");
}

// proves X5
TEST(PluginConfigTest, SecretInASettingIsReadButNotShown) {
    const std::string text = "plugins: {x: {settings: {a: 'k ${K}', b: ['${K}', p], c: 1}}}\n";
    const auto config = parse(text, {{"K", "s3cret"}});
    const auto& settings = config.plugins.at(0).settings;
    EXPECT_EQ(settings[0].values, Texts{"k s3cret"});
    EXPECT_EQ(settings[0].reference, "k ${K}");
    EXPECT_EQ(settings[1].values, (Texts{"s3cret", "p"}));
    EXPECT_EQ(settings[1].reference, "[${K}, p]");
    EXPECT_EQ(settings[2].reference, "");
    EXPECT_EQ(show(config).find("s3cret"), std::string::npos);
    EXPECT_TRUE(diff(config, parse(show(config), {{"K", "s3cret"}})).empty());
}

TEST(PluginConfigTest, ChangedSecretOfASettingIsToldWithoutItsValue) {
    const std::string text = "plugins: {x: {settings: {a: '${K}'}}}\n";
    const auto changes = diff(parse(text, {{"K", "one"}}), parse(text, {{"K", "two"}}));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].key, "plugins.x.settings.a");
    EXPECT_EQ(changes[0].after, "${K} (with another value)");
}

TEST(PluginConfigTest, GrantThatDoesNotExistIsAProblemOfThePluginAlone) {
    const auto config = parse("plugins:\n  x: {grants: [jobs.runing, foo]}\n  y: {}\n");
    EXPECT_EQ(config.plugins.at(0).problem,
              "f.yaml:2:7: plugins.x.grants: there is no method jobs.runing (did you mean "
              "jobs.running?), foo; there are: exec.start, exec.status, jobs.finish, jobs.running, "
              "journal.write, leases.list, leases.reclaim, notify.send, probe.http, "
              "state_dir.path, tasks.list");
    EXPECT_EQ(config.plugins.at(1).problem, "");
}

TEST(PluginConfigTest, CheckTellsAGrantThatDoesNotExistAndAStartGoesOn) {
    auto config = parse("plugins: {x: {grants: [foo]}}\n");
    config.state_dir = ::testing::TempDir();
    EXPECT_THAT(machineProblems(config, ""),
                Contains(::testing::StartsWith("plugins.x.grants: there is no method foo;")));
    EXPECT_THAT(environmentProblems(config, ""), IsEmpty());
}

TEST(PluginConfigTest, FolderWithoutPluginsIsProbablyAMistake) {
    EXPECT_THAT(parse("plugins: {directory: x}\n").warnings,
                ElementsAre("plugins names a directory and no plugin, so that none is loaded: list "
                            "those you want, such as reaper: {} and mergelease: {}"));
    EXPECT_THAT(parse("plugins: {}\n").warnings, IsEmpty());
    EXPECT_THAT(parse("", {{"ORCH_PLUGIN_DIR", "x"}}).warnings, IsEmpty());
}

TEST(PluginConfigTest, LoadingWhatIsShownGivesTheSameAgain) {
    const auto config = parse(
        "plugins: {directory: d, x: {library: x.so, interval: 5s, grants: [], settings: {a: 2h, "
        "b: [p, 1], c: '$${A}', d: []}}, y: {enabled: true, isolation: thread, mode: observe}}\n");
    const auto again = parse(show(config));
    EXPECT_TRUE(diff(config, again).empty()) << show(config);
    EXPECT_EQ(again.plugins.at(0).grants, Texts{});
    EXPECT_FALSE(again.plugins.at(1).grants);
    EXPECT_EQ(again.plugins.at(0).settings.at(2).values, Texts{"${A}"});
}

TEST(PluginConfigTest, ChangedSettingIsADifference) {
    const auto changes = diff(defaultConfig(), parse("plugins: {mergelease: {enabled: true}}\n"));
    std::vector<std::string> keys;
    for (const auto& change : changes) keys.push_back(change.key);
    EXPECT_THAT(keys, Contains("plugins.reaper.settings.dead_ticks"));
    EXPECT_THAT(keys, Contains("plugins.mergelease.interval"));
}

}  // namespace orch

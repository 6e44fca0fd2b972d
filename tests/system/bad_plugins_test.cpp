#include <gtest/gtest.h>
#include <sys/stat.h>

#include "system/puppet.hpp"

namespace orch::testing {

/// A plugin that cannot be loaded is refused with a sentence, and everything else runs.
struct BadPluginsTest : ::testing::Test {
    /// Starts with the bundled reaper and `entries`; orchd's words.
    std::string words(const std::string& entries) {
        world.settings.plugins = "plugins:\n  reaper: {interval: 1s}\n" + entries;
        world.start();
        const auto list = world.orchctl({"plugin", "list"}).out;
        EXPECT_TRUE(has(list, "running")) << list;
        return world.log();
    }
    /// What orchd --check says.
    std::string checked() {
        Program check(
            {world.program.string(), "--check", "--config", (world.apart / "orch.yaml").string()},
            world.dir / "check.log");
        EXPECT_EQ(check.exitCode(), 1);
        return world.file(world.dir / "check.log");
    }

    Installation world;
    Puppet puppet{world};
};

TEST_F(BadPluginsTest, AnUnknownPluginIsNamedWithTheOneThatWasMeant) {
    const auto said = words("  reapr: {}\n");
    EXPECT_TRUE(has(said, "plugins.reapr: there is no such plugin, did you mean reaper?")) << said;
    EXPECT_TRUE(has(said, "orch.yaml:")) << said;
    EXPECT_TRUE(has(checked(), "did you mean reaper?"));
}

TEST_F(BadPluginsTest, AnUnknownSettingIsNamedWithItsPlaceAndTheOneThatWasMeant) {
    const auto said = words(puppet.entry("", ", levl: 3"));
    EXPECT_TRUE(has(said, "plugins.puppet.settings.levl: unknown key, did you mean level?"))
        << said;
    EXPECT_TRUE(has(said, "puppet 1.2.3 accepts: file, level, fail")) << said;
}

TEST_F(BadPluginsTest, ASettingOutOfItsRangeIsToldTheRange) {
    const auto said = words(puppet.entry("", ", level: 10"));
    EXPECT_TRUE(has(said, "plugins.puppet.settings.level: must be between 1 and 9")) << said;
}

TEST_F(BadPluginsTest, AMissingLibraryIsNamed) {
    const auto said = words("  ghost: {library: /nowhere/ghost.so, isolation: thread}\n");
    EXPECT_TRUE(has(said, "plugins.ghost: /nowhere/ghost.so")) << said;
}

TEST_F(BadPluginsTest, ALibraryThatEverybodyMayWriteIsNotLoaded) {
    const auto copy = world.dir / "puppet.so";
    std::filesystem::copy_file(TEST_PLUGINS "/puppet.so", copy);
    ASSERT_EQ(chmod(copy.c_str(), 0777), 0);
    const auto said = words("  puppet: {library: " + copy.string() + ", isolation: thread}\n");
    EXPECT_TRUE(has(said, "puppet.so may be written by everybody")) << said;
}

TEST_F(BadPluginsTest, ALibraryFromElsewhereSaysThatItNeedsTrust) {
    const auto said = words("  puppet: {library: " TEST_PLUGINS "/puppet.so}\n");
    EXPECT_TRUE(has(said, "write isolation: thread if you trust it")) << said;
}

TEST_F(BadPluginsTest, ALibraryOfAnotherNameIsNotWhatWasAskedFor) {
    const auto said = words("  other: {library: " TEST_PLUGINS
                            "/puppet.so, isolation: thread, settings: {file: x}}\n");
    EXPECT_TRUE(has(said, "plugins.other: ")) << said;
    EXPECT_TRUE(has(said, "puppet")) << said;
}

TEST_F(BadPluginsTest, AKillSwitchABlockOrJobsThatAreTakenAreRefusedToTheSecond) {
    const auto said = words(puppet.entry() + puppet.entry("", "", "same-switch") +
                            puppet.entry("", "", "same-block") + puppet.entry("", "", "own-block") +
                            puppet.entry("", "", "same-jobs") + puppet.entry("", "", "own-jobs"));
    EXPECT_TRUE(has(said,
                    "plugins.same-switch: it wants the kill switch ORCH_PUPPET_ENABLED, which "
                    "plugin puppet has already"))
        << said;
    EXPECT_TRUE(has(said, "it wants the key \"puppet\" in GET /queue, which plugin puppet has"))
        << said;
    EXPECT_TRUE(has(said, "it wants the key \"running\" in GET /queue, which orchd itself"))
        << said;
    EXPECT_TRUE(has(said, "it wants the jobs of puppet-job, which plugin puppet has")) << said;
    EXPECT_TRUE(has(said, "it wants the jobs of merge, which orchd itself has")) << said;
    EXPECT_TRUE(puppet.ticksAgain());
}

TEST_F(BadPluginsTest, AGrantThatDoesNotExistIsNamedWithTheOneThatWasMeant) {
    const auto said = words(puppet.entry(", grants: [jobs.runing]"));
    EXPECT_TRUE(has(said, "there is no method jobs.runing (did you mean jobs.running?)")) << said;
}

TEST_F(BadPluginsTest, OneThatDoesNotStartSaysWhy) {
    const auto said = words(puppet.entry("", ", fail: no such disk"));
    EXPECT_TRUE(has(said, "plugins.puppet: it did not start: no such disk")) << said;
    EXPECT_TRUE(has(world.orchctl({"plugin", "list"}).out, "refused"));
}

TEST_F(BadPluginsTest, WithoutAFolderForTheCopiesAllAreRefusedAndOrchdRuns) {
    std::filesystem::create_directories(world.state);
    std::ofstream(world.state / "plugins") << "a file";
    world.start();
    EXPECT_TRUE(has(world.log(), "plugins.reaper: cannot empty folder")) << world.log();
    EXPECT_TRUE(has(world.orchctl({"plugin", "list"}).out, "refused"));
}

TEST_F(BadPluginsTest, WhatWasRefusedCannotBeSwitched) {
    (void)words("  reapr: {}\n");
    const auto said = world.orchctl({"plugin", "enable", "reapr"});
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "is not loaded")) << said.err;
}

}  // namespace orch::testing

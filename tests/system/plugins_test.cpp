#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "system/puppet.hpp"

namespace orch::testing {

using Json = nlohmann::json;

struct PluginsTest : ::testing::Test {
    [[nodiscard]] Json json(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), "--json");
        const auto said = world.orchctl(arguments);
        EXPECT_EQ(said.code, 0) << said.err;
        return Json::parse(said.out, nullptr, false);
    }
    [[nodiscard]] std::string stateOf(const std::string& name) const {
        return json({"plugin", "show", name}).value("state", "?");
    }
    [[nodiscard]] bool becomes(const std::string& name, const std::string& state) const {
        return eventually([&] { return stateOf(name) == state; }, 30s);
    }
    /// orchd is there, ready, and nothing was started again.
    void expectUnharmed() {
        EXPECT_TRUE(world.orchd().running());
        EXPECT_EQ(world.orchctl({"status"}).code, 0);
    }

    Installation world;
    Puppet puppet{world};
};

// proves H1
TEST_F(PluginsTest, TheBundledOnesAreThereWithoutAWordOfConfiguration) {
    world.start();
    EXPECT_EQ(stateOf("reaper"), "running");
    EXPECT_EQ(stateOf("mergelease"), "running");
    const auto queue = json({"status"});
    EXPECT_TRUE(queue.at("reaper").at("enabled"));
    EXPECT_TRUE(queue.at("merge_lease").at("enabled"));
    EXPECT_FALSE(queue.at("reconcile").at("enabled"));
}

// proves H2
TEST_F(PluginsTest, APluginRegistersNameVersionIntervalKillSwitchAndSettings) {
    puppet.use("", ", level: 7");
    world.start();
    const auto shown = json({"plugin", "show", "puppet"});
    EXPECT_EQ(shown.at("name"), "puppet");
    EXPECT_EQ(shown.at("version"), "1.2.3");
    EXPECT_EQ(shown.at("kill_switch"), "ORCH_PUPPET_ENABLED");
    EXPECT_EQ(shown.at("settings").at("level"), 7);
    EXPECT_TRUE(puppet.ticksAgain());
}

TEST_F(PluginsTest, TheFirstTickOfAGenerationIsOnProbation) {
    puppet.use();
    world.start();
    ASSERT_TRUE(puppet.ticksAgain(3));
    EXPECT_EQ(puppet.count("watched\n"), 1);
}

TEST_F(PluginsTest, WhatIsNotInTheConfigurationIsNotLoaded) {
    puppet.use();
    world.start();
    EXPECT_EQ(world.orchctl({"plugin", "show", "reaper"}).code, 1);
    EXPECT_FALSE(json({"status"}).at("reaper").at("enabled"));
}

TEST_F(PluginsTest, ASnapshotIsPushedIntoTheQueuesBlock) {
    puppet.use();
    world.start();
    EXPECT_TRUE(eventually([&] {
        const auto block = json({"status"}).at("puppet");
        return block.at("enabled") == true && block.value("puppet_ticks", 0) > 2;
    }));
}

// proves H4
TEST_F(PluginsTest, APersonSwitchesItOffOverARestartAndOnAgain) {
    puppet.use();
    world.start();
    ASSERT_TRUE(puppet.ticksAgain());
    EXPECT_EQ(world.orchctl({"--by", "eva", "plugin", "disable", "puppet"}).code, 0);
    const auto ticks = puppet.ticks();
    EXPECT_EQ(stateOf("puppet"), "off");
    EXPECT_TRUE(has(json({"plugin", "show", "puppet"}).at("switch"), "off (operator eva"));
    world.pullThePlug();
    EXPECT_EQ(stateOf("puppet"), "off");
    EXPECT_EQ(puppet.ticks(), ticks);
    EXPECT_EQ(world.orchctl({"plugin", "enable", "puppet"}).code, 0);
    EXPECT_TRUE(puppet.ticksAgain());
}

// proves H4
TEST_F(PluginsTest, TheEnvironmentSwitchesItOffAndNoCommandOverrulesThat) {
    puppet.use();
    world.start({{"ORCH_PUPPET_ENABLED", "false"}});
    EXPECT_EQ(json({"plugin", "show", "puppet"}).at("switch"),
              "off (environment: ORCH_PUPPET_ENABLED=false)");
    const auto said = world.orchctl({"plugin", "enable", "puppet"});
    EXPECT_EQ(said.code, 5) << said.out << said.err;
    EXPECT_EQ(puppet.ticks(), 0);
}

// proves H4
TEST_F(PluginsTest, TheConfigurationSwitchesItOff) {
    puppet.use(", enabled: false");
    world.start();
    EXPECT_EQ(json({"plugin", "show", "puppet"}).at("switch"), "off (configuration)");
    EXPECT_EQ(puppet.ticks(), 0);
}

// proves H4
TEST_F(PluginsTest, OnceTheSwitchOffIsAnsweredNothingMoreIsWritten) {
    puppet.use(", grants: [journal.write], max_actions_per_hour: 100000");
    puppet.tell(R"(call journal.write {"rule":"think","decision":"still here"})");
    world.start();
    ASSERT_TRUE(world.becomes("SELECT count(*)>2 FROM journal WHERE rule='think'", "1"));
    ASSERT_EQ(world.orchctl({"plugin", "disable", "puppet"}).code, 0);
    const auto rows = world.one("SELECT count(*) FROM journal WHERE rule='think'");
    world.pullThePlug();
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule='think'"), rows);
}

// proves H6
TEST_F(PluginsTest, OneThatKeepsThrowingIsQuarantinedVisibly) {
    puppet.use();
    puppet.tell("throw third time unlucky");
    world.start();
    ASSERT_TRUE(becomes("puppet", "quarantined"));
    const auto shown = json({"plugin", "show", "puppet"});
    EXPECT_TRUE(has(shown.at("reason"), "third time unlucky")) << shown;
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule='quarantine'"), "1");
    expectUnharmed();
}

// proves H6
TEST_F(PluginsTest, IH9OneThatHangsIsSeenInReadinessAndOrchdStopsAllTheSame) {
    puppet.use(", timeout: 300ms");
    puppet.tell("hang");
    world.start();
    ASSERT_TRUE(becomes("puppet", "hung"));
    EXPECT_TRUE(has(world.orchctl({"plugin", "list"}).out, "its limit is 0.3 s"));
    EXPECT_EQ(world.orchctl({"plugin", "disable", "puppet"}).code, 0);
    world.orchd().signal(SIGTERM);
    EXPECT_EQ(world.orchd().exitCode(), 0);
}

// proves H6
TEST_F(PluginsTest, OneThatHungIsTickedAgainOnceItCameBack) {
    puppet.use(", timeout: 300ms");
    puppet.tell("hang");
    world.start();
    ASSERT_TRUE(becomes("puppet", "hung"));
    puppet.tell("");
    puppet.release();
    EXPECT_TRUE(becomes("puppet", "running"));
    EXPECT_TRUE(puppet.ticksAgain());
}

TEST_F(PluginsTest, ACallThatIsNotGrantedIsRefusedAndJournalledOnce) {
    puppet.use(", grants: [jobs.running]");
    puppet.tell(R"(call tasks.list {})");
    world.start();
    ASSERT_TRUE(puppet.ticksAgain(3));
    EXPECT_TRUE(has(puppet.said(), "-10 tasks.list: "));
    EXPECT_TRUE(has(puppet.said(), "grants")) << puppet.said();
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE actor LIKE 'plugin:puppet%'"), "1");
}

// proves X4
TEST_F(PluginsTest, InObserveModeItIsJournalledAndNothingIsDone) {
    puppet.use(", mode: observe, grants: [notify.send]");
    puppet.tell(R"(call notify.send {"subject":"disk","text":"full"})");
    world.start();
    ASSERT_TRUE(puppet.says("\"observed\""));
    EXPECT_EQ(world.one("SELECT count(*) FROM outbox WHERE text LIKE '%full%'"), "0");
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE mode='observe'"), "1");
}

TEST_F(PluginsTest, AReservedJobWaitsForItsPluginAndIsRunAgainAsItAsks) {
    puppet.use(", enabled: true");
    world.start();
    ASSERT_EQ(world.orchctl({"plugin", "disable", "puppet"}).code, 0);
    world.kill9();
    world.execute(
        "INSERT INTO jobs(project,stage,agent,lane,status,payload) "
        "VALUES('work','','puppet-job','reserved','queued','{}')");
    puppet.tellJob("again");
    world.start();
    EXPECT_EQ(world.one("SELECT status||attempt FROM jobs WHERE agent='puppet-job'"), "queued0");
    ASSERT_EQ(world.orchctl({"plugin", "enable", "puppet"}).code, 0);
    ASSERT_TRUE(eventually([&] { return puppet.count("run ") >= 3; }));
    puppet.tellJob("done");
    EXPECT_TRUE(world.becomes("SELECT status FROM jobs WHERE agent='puppet-job'", "succeeded"));
    EXPECT_EQ(world.one("SELECT failures FROM jobs WHERE agent='puppet-job'"), "0");
}

TEST_F(PluginsTest, AReservedJobOfAPluginThatIsSwitchedOffInTheMiddleIsQueuedAgainUncharged) {
    puppet.use();
    puppet.tellJob("wait");
    world.start();
    world.kill9();
    world.execute(
        "INSERT INTO jobs(project,stage,agent,lane,status,payload) "
        "VALUES('work','','puppet-job','reserved','queued','{}')");
    world.start();
    ASSERT_TRUE(puppet.says("run "));
    EXPECT_EQ(world.orchctl({"plugin", "disable", "puppet"}).code, 0);
    EXPECT_TRUE(world.becomes("SELECT status FROM jobs WHERE agent='puppet-job'", "queued"));
    EXPECT_EQ(world.one("SELECT failures||lost_count FROM jobs WHERE agent='puppet-job'"), "00");
}

TEST_F(PluginsTest, WhyTellsTheLastDecisionsWithTheirEvidence) {
    puppet.use(", grants: [journal.write]");
    puppet.tell(
        R"(call journal.write {"rule":"think","decision":"the disk is full","evidence":{"free":"3 GB"}})");
    world.start();
    ASSERT_TRUE(world.becomes("SELECT count(*)>0 FROM journal WHERE rule='think'", "1"));
    const auto said = world.orchctl({"why", "puppet"}).out;
    EXPECT_TRUE(has(said, "the disk is full")) << said;
    EXPECT_TRUE(has(said, "3 GB")) << said;
}

}  // namespace orch::testing

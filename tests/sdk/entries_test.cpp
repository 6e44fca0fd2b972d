#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orch/testing.hpp"
#include "sdk/sample_plugin.hpp"

namespace orch {

using testing::HasSubstr;
using testing::IsEmpty;

const orch_plugin& kSample = *pluginTable<Sample>();

/// The C table of a plugin class, as orchd meets it.
struct EntriesTest : testing::Test {
    ~EntriesTest() override { sample_script = {}; }
    FakeHost host;

    static void fail() { throw std::runtime_error("no such file"); }
};

// proves H2
TEST_F(EntriesTest, TheTableIsTheDescriptor) {
    EXPECT_EQ(kSample.size, sizeof(orch_plugin));
    EXPECT_EQ(kSample.abi, ORCH_ABI);
    EXPECT_STREQ(kSample.id, "sample");
    EXPECT_STREQ(kSample.version, "2.1.0");
    EXPECT_STREQ(kSample.kill_switch, "ORCH_SAMPLE_ENABLED");
    EXPECT_STREQ(kSample.block, "sample_block");
    EXPECT_STREQ(kSample.needs, "jobs.running jobs.finish  notify.send");
    EXPECT_STREQ(kSample.settings_schema, R"({"type":"object"})");
    EXPECT_EQ(kSample.interval_ms, 250);
}

TEST_F(EntriesTest, WhatTheDescriptorLeavesOutIsNull) {
    const auto& plain = *pluginTable<Plain>();
    EXPECT_EQ(plain.block, nullptr);
    EXPECT_EQ(plain.needs, nullptr);
    EXPECT_EQ(plain.settings_schema, nullptr);
    EXPECT_EQ(plain.interval_ms, 60'000);
}

TEST_F(EntriesTest, TheTableIsAConstant) {
    constexpr const orch_plugin* kTable = pluginTable<Sample>();
    static_assert(kTable->interval_ms == 250);
    EXPECT_EQ(pluginTable<Sample>(), kTable);
}

TEST_F(EntriesTest, AbilitiesAreThoseOfTheClass) {
    for (const auto* id : {ORCH_EXT_STATE, ORCH_EXT_SNAPSHOT, ORCH_EXT_JOBS}) {
        EXPECT_NE(kSample.get_extension(id), nullptr) << id;
        EXPECT_EQ(pluginTable<Plain>()->get_extension(id), nullptr) << id;
    }
    EXPECT_EQ(kSample.get_extension("orch.later/1"), nullptr);
}

TEST_F(EntriesTest, AConstructorThatThrowsIsASentence) {
    sample_script.create = fail;
    try {
        const FakePlugin plugin{host, kSample};
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "no such file");
    }
}

TEST_F(EntriesTest, SettingsThatDoNotFitAreASentence) {
    const auto sentence = [&](const std::string& settings) -> std::string {
        try {
            const FakePlugin plugin{host, kSample, settings};
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(sentence(R"({"name":1})"), "setting name must be a text, it is 1");
    EXPECT_THAT(sentence("x"), HasSubstr("must be a JSON object"));
}

TEST_F(EntriesTest, AHostOfAnotherVersionIsRefused) {
    auto table = host.table();
    table.abi = (ORCH_ABI_MAJOR + 1) << 16;
    detail::Collected error;
    EXPECT_EQ(kSample.create(&table, {"{}", 2}, error.sink()), nullptr);
    EXPECT_THAT(error.text(), HasSubstr("does not speak version 1"));
    table = host.table();
    table.size = offsetof(orch_host, get_extension);
    EXPECT_EQ(kSample.create(&table, {"{}", 2}, {}), nullptr);
}

TEST_F(EntriesTest, ATickThatThrowsFailsAndTheNextOneComes) {
    FakePlugin plugin{host, kSample};
    sample_script.tick = fail;
    const auto failed = plugin.tick();
    EXPECT_EQ(failed.status, ORCH_EXCEPTION);
    EXPECT_EQ(failed.text, "no such file");
    sample_script.tick = {};
    EXPECT_TRUE(plugin.tick().ok());
}

TEST_F(EntriesTest, WhatIsNoStandardExceptionIsCaughtAsWell) {
    FakePlugin plugin{host, kSample};
    sample_script.tick = [] { throw 7; };
    const auto failed = plugin.tick();
    EXPECT_EQ(failed.status, ORCH_EXCEPTION);
    EXPECT_EQ(failed.text, "something was thrown that is no std::exception");
}

// proves H6
TEST_F(EntriesTest, EveryOtherEntryCatchesAsWell) {
    FakePlugin plugin{host, kSample};
    sample_script = {
        .save = fail, .snapshot = fail, .run = fail, .load = [](auto, auto) { fail(); }};
    for (const auto& entered : {plugin.save(),
                                plugin.load(1, "x"),
                                plugin.snapshot(),
                                plugin.run(ReservedJob{.id = 1, .attempt = 1})}) {
        EXPECT_EQ(entered.status, ORCH_EXCEPTION);
        EXPECT_EQ(entered.text, "no such file");
    }
    EXPECT_TRUE(plugin.tick().ok());
}

TEST_F(EntriesTest, ADestructorThatThrowsIsLogged) {
    sample_script.destroy = fail;
    { const FakePlugin plugin{host, kSample}; }
    ASSERT_EQ(host.logs().size(), 1U);
    EXPECT_EQ(host.logs()[0].level, ORCH_LOG_ERROR);
    EXPECT_EQ(host.logs()[0].text, "no such file");
}

TEST_F(EntriesTest, AnEntryThatFailsWithoutAListenerStillFails) {
    sample_script.create = fail;
    EXPECT_EQ(kSample.create(&host.table(), {"{}", 2}, {nullptr, nullptr}), nullptr);
}

TEST_F(EntriesTest, LeavingBecauseOfACancelIsNoFailure) {
    FakePlugin plugin{host, kSample};
    sample_script.tick = [&] {
        EXPECT_FALSE(Sample::now->cancelled());
        host.cancel();
        EXPECT_TRUE(Sample::now->cancelled());
        static_cast<void>(Sample::host->jobs().running());
    };
    EXPECT_EQ(plugin.tick().status, ORCH_CANCELLED);
}

TEST_F(EntriesTest, ARefusedCallThatIsLetOutFailsTheTick) {
    host.fail("jobs.running", ORCH_UNAVAILABLE, "the database is busy");
    FakePlugin plugin{host, kSample};
    sample_script.tick = [] { static_cast<void>(Sample::host->jobs().running()); };
    const auto failed = plugin.tick();
    EXPECT_EQ(failed.status, ORCH_EXCEPTION);
    EXPECT_EQ(failed.text, "jobs.running: the database is busy");
}

TEST_F(EntriesTest, ATickKnowsItsPlaceInTime) {
    FakePlugin plugin{host, kSample};
    host.advance(10s);
    host.suspend(5s);
    const auto awake = host.awake(), boot = host.boot();
    sample_script.tick = [&] {
        EXPECT_EQ(std::tuple(Sample::now->number(), Sample::now->missed()), std::tuple(1U, 4U));
        EXPECT_EQ(std::tuple(Sample::now->awake(), Sample::now->boot()), std::tuple(awake, boot));
        EXPECT_EQ(Sample::now->deadline(), awake + 30s);
        EXPECT_FALSE(Sample::now->observing() || Sample::now->probation());
    };
    EXPECT_TRUE(plugin.tick(4).ok());
    EXPECT_EQ(boot - awake, 1h + 5s);
}

TEST_F(EntriesTest, ATickKnowsHowItIsMeant) {
    FakePlugin plugin{host, kSample};
    host.setObserving(true);
    host.setProbation(true);
    host.setWall(1500ms);
    sample_script.tick = [&] {
        EXPECT_TRUE(Sample::now->observing());
        EXPECT_TRUE(Sample::now->probation());
        EXPECT_EQ(Sample::now->wall().time_since_epoch(), 1500ms);
    };
    EXPECT_TRUE(plugin.tick().ok());
}

TEST_F(EntriesTest, AStateGoesFromOneGenerationToTheNext) {
    FakePlugin old{host, kSample, R"({"name":"a state"})"};
    const auto& table = *static_cast<const orch_ext_state*>(kSample.get_extension(ORCH_EXT_STATE));
    EXPECT_EQ(table.schema, 3U);
    const auto state = old.save();
    ASSERT_TRUE(state.ok());
    std::uint32_t written_with = 0;
    sample_script.load = [&](std::uint32_t schema, const std::string&) { written_with = schema; };
    FakePlugin young{host, kSample};
    EXPECT_TRUE(young.load(table.schema, state.text).ok());
    EXPECT_EQ(written_with, 3U);
    EXPECT_EQ(young.save().text, "a state");
}

TEST_F(EntriesTest, AStateThatOrchdDoesNotTakeIsAFailure) {
    FakePlugin plugin{host, kSample};
    ASSERT_TRUE(plugin.load(1, std::string(detail::kSinkLimit + 1, 'x')).ok());
    const auto failed = plugin.save();
    EXPECT_EQ(failed.status, ORCH_FAILED);
    EXPECT_EQ(failed.text, "orchd did not take all of it (1048577 bytes)");
}

TEST_F(EntriesTest, ASnapshotIsTheObjectOfThePlugin) {
    FakePlugin plugin{host, kSample, R"({"name":"x"})"};
    static_cast<void>(plugin.tick());
    EXPECT_EQ(plugin.snapshot().text, R"({"ticks":1,"name":"x"})");
}

TEST_F(EntriesTest, AReservedJobIsAnsweredInOneOfThreeWays) {
    FakePlugin plugin{host, kSample};
    const auto answer = [&](const std::string& task) {
        return plugin.run({.id = 7, .attempt = 2, .task = task, .agent = "monitor"}).text;
    };
    EXPECT_EQ(answer("T-1"), R"({"result":"done"})");
    EXPECT_EQ(answer("T-2"), R"({"result":"failed","reason":"no monitor"})");
    EXPECT_EQ(answer("T-3"), R"({"result":"again","in_ms":5000})");
    const auto& table = *static_cast<const orch_ext_jobs*>(kSample.get_extension(ORCH_EXT_JOBS));
    EXPECT_STREQ(table.agents, "post-deploy-monitor other");
}

TEST_F(EntriesTest, AReservedJobThatCannotBeReadIsASentence) {
    FakePlugin plugin{host, kSample};
    for (const std::string job : {"", "[]", R"({"id":1})"}) {
        EXPECT_EQ(plugin.runText(job).status, ORCH_EXCEPTION) << job;
    }
}

}  // namespace orch

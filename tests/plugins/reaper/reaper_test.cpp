#include "reaper/reaper.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orch/testing.hpp"
#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The plugin as orchd drives it, over a host that answers as a test says.
struct ReaperTest : ::testing::Test {
    ReaperTest() { see({}); }

    void see(std::vector<RunningJob> jobs) { host.setRunning({Life::kAlive, std::move(jobs)}); }
    Entered tick(Milliseconds after = kInterval) {
        host.advance(after);
        return plugin.tick();
    }
    void ticks(int count) {
        for (int i = 0; i < count; ++i) EXPECT_TRUE(tick().ok());
    }
    json shown() { return json::parse(plugin.snapshot().text); }
    std::vector<std::int64_t> finished() {
        std::vector<std::int64_t> jobs;
        for (const auto& order : host.finishes()) jobs.push_back(order.job);
        return jobs;
    }

    FakeHost host;
    FakePlugin plugin{host, *pluginTable<Reaper>(), "{}"};
};

RunningJob ended(std::int64_t id) {
    auto job = numbered(id, gone());
    job.exit = ExitRecord::kValid;
    job.exit_code = 0;
    return job;
}

// proves R1: a zombie does not stay running; ID1: alive to the queue, its end never heard of
TEST_F(ReaperTest, ID1AJobWhoseEndNobodyHeardOfIsEnded) {
    see({gone()});
    ticks(2);
    EXPECT_THAT(host.finishes(), IsEmpty());
    ticks(1);
    ASSERT_THAT(host.finishes(), SizeIs(1));
    EXPECT_EQ(host.finishes()[0].cause, Cause::kProcessDied);
    EXPECT_EQ(host.finishes()[0].pid, 4711);
}

// proves R3: the one thing it ever changes is asked of jobs.finish
TEST_F(ReaperTest, ItOrdersNothingButTheEndOfJobs) {
    see({gone(), ended(8)});
    ticks(4);
    for (const auto& call : host.calls()) {
        EXPECT_TRUE(call.method == "jobs.running" || call.method == "jobs.finish") << call.method;
    }
}

// proves R4: whatever the exit code, the plugin names an exit record and no outcome
TEST_F(ReaperTest, AnExitRecordIsHandedToTheGate) {
    see({ended(8)});
    ticks(1);
    const auto request = json::parse(host.calls("jobs.finish").at(0).request);
    EXPECT_EQ(request.at("cause"), "exit_record");
    EXPECT_FALSE(request.contains("outcome"));
}

// proves R7: one job's failure never stops the sweep
TEST_F(ReaperTest, AJobThatCannotBeEndedHarmsNoOther) {
    host.onFinish([](const FinishOrder& order) -> Answer {
        if (order.job == 8) throw CallFailed(ORCH_UNAVAILABLE, "jobs.finish", "disk full");
        return {};
    });
    see({ended(7), ended(8), ended(9)});
    EXPECT_TRUE(tick().ok());
    EXPECT_THAT(finished(), ElementsAre(7, 9));
    EXPECT_EQ(shown().at("reaped"), 2);
}

TEST_F(ReaperTest, AnyRefusalHarmsOnlyItsOwnJob) {
    for (const auto status : {ORCH_FAILED, ORCH_DENIED, ORCH_BAD_REQUEST}) {
        host.onFinish([status](const FinishOrder& order) -> Answer {
            if (order.job == 8) throw CallFailed(status, "jobs.finish", "no");
            return {};
        });
        host.forgetCalls();
        see({ended(8), ended(9)});
        EXPECT_TRUE(tick().ok());
        EXPECT_THAT(finished(), ElementsAre(9));
    }
}

TEST_F(ReaperTest, BusyDatabaseMeansNoFlipAndTheNextTickTriesAgain) {
    host.fail("jobs.finish", ORCH_UNAVAILABLE, "the database is busy");
    see({ended(8)});
    ticks(2);
    EXPECT_EQ(shown().at("reaped"), 0);
    EXPECT_EQ(shown().at("failing"), 1);
    host.setAnswer("jobs.finish", {Effect::kDone, ""});
    ticks(1);
    EXPECT_EQ(shown().at("reaped"), 1);
    EXPECT_EQ(shown().at("failing"), 0);
}

TEST_F(ReaperTest, ID15WhatKeepsFailingIsSaidOnceAfterFiveTicks) {
    host.fail("jobs.finish", ORCH_UNAVAILABLE, "the database is busy");
    see({ended(8)});
    ticks(4);
    EXPECT_THAT(host.notices(), IsEmpty());
    ticks(20);
    ASSERT_THAT(host.notices(), SizeIs(1));
    EXPECT_THAT(host.notices()[0].text, HasSubstr("job 8.2"));
    EXPECT_THAT(host.notices()[0].text, HasSubstr("the database is busy"));
    EXPECT_THAT(host.logs(), SizeIs(1)) << "nor is every tick logged";
}

TEST_F(ReaperTest, ID15TheWarningComesLateWhenItCannotBeSent) {
    host.fail("jobs.finish", ORCH_UNAVAILABLE, "disk full");
    host.fail("notify.send", ORCH_UNAVAILABLE, "disk full");
    see({ended(8)});
    ticks(7);
    EXPECT_THAT(host.notices(), IsEmpty());
    host.setAnswer("notify.send", {Effect::kDone, ""});
    ticks(2);
    EXPECT_THAT(host.notices(), SizeIs(1));
}

TEST_F(ReaperTest, ID15RunningJobsThatCannotBeListedAreSaidOnceToo) {
    host.fail("jobs.running", ORCH_UNAVAILABLE, "the database is busy");
    ticks(12);
    ASSERT_THAT(host.notices(), SizeIs(1));
    EXPECT_THAT(host.notices()[0].text, HasSubstr("the list of running jobs"));
}

TEST_F(ReaperTest, ALookThatFailedFreezesTheStreak) {
    see({gone()});
    ticks(2);
    host.fail("jobs.running", ORCH_UNAVAILABLE, "the database is busy");
    ticks(3);
    EXPECT_THAT(host.finishes(), IsEmpty());
    see({gone()});
    ticks(1);
    EXPECT_THAT(host.finishes(), SizeIs(1));
}

TEST_F(ReaperTest, WithoutTheGrantToLookTheTickFails) {
    host.grant({"jobs.finish"});
    const auto entered = tick();
    EXPECT_FALSE(entered.ok());
    EXPECT_THAT(entered.text, HasSubstr("jobs.running"));
}

TEST_F(ReaperTest, ACancelledTickStops) {
    host.onFinish([this](const FinishOrder&) -> Answer {
        host.cancel();
        return {};
    });
    see({ended(7), ended(8), ended(9)});
    EXPECT_EQ(tick().status, ORCH_CANCELLED);
    EXPECT_THAT(finished(), ElementsAre(7));
}

TEST_F(ReaperTest, WhoWasFasterIsNoFailure) {
    host.setAnswer("jobs.finish", {Effect::kNothing, "it ended meanwhile"});
    see({ended(8)});
    ticks(9);
    EXPECT_EQ(shown().at("reaped"), 0);
    EXPECT_THAT(host.notices(), IsEmpty());
}

// proves X4: R-6 over the whole plugin; observe orders what live orders
TEST_F(ReaperTest, ObservingItDecidesTheSame) {
    host.setObserving(true);
    see({gone(), ended(8)});
    ticks(3);
    EXPECT_THAT(finished(), ElementsAre(8, 8, 7, 8));
    EXPECT_EQ(shown().at("reaped"), 0);
    EXPECT_EQ(shown().at("last"), nullptr);
}

TEST_F(ReaperTest, WhatIsHeldBackWaitsAndIsNotLost) {
    host.setHolding(true);
    see({ended(8)});
    ticks(2);
    EXPECT_EQ(shown().at("reaped"), 0);
    host.setHolding(false);
    ticks(1);
    EXPECT_EQ(shown().at("reaped"), 1);
}

TEST_F(ReaperTest, AStaleExitRecordIsJournalledOnce) {
    auto job = held();
    job.exit = ExitRecord::kForeign;
    see({job});
    ticks(5);
    ASSERT_THAT(host.calls("journal.write"), SizeIs(1));
    EXPECT_THAT(host.calls("journal.write")[0].request, HasSubstr("stale_exit_record"));
}

TEST_F(ReaperTest, WhatCannotBeJournalledNowIsJournalledLater) {
    auto job = held();
    job.exit = ExitRecord::kForeign;
    see({job});
    host.fail("journal.write", ORCH_UNAVAILABLE, "60 an hour");
    ticks(2);
    host.reply("journal.write", R"({"seq":5})");
    host.forgetCalls();
    ticks(2);
    EXPECT_THAT(host.calls("journal.write"), SizeIs(1));
}

// A clock that jumps and a machine that sleeps are nothing to it.
TEST_F(ReaperTest, ClockJumpsAndSleepChangeNothing) {
    see({gone()});
    ticks(2);
    host.setWall(0ms);
    host.suspend(24h);
    EXPECT_TRUE(tick(1ms).ok());
    EXPECT_THAT(host.finishes(), IsEmpty());
}

// The interval of the configuration is what the ticks show it to be.
TEST_F(ReaperTest, FasterTicksCountAsWell) {
    see({gone()});
    for (int i = 0; i < 3; ++i) (void)tick(100ms);
    EXPECT_THAT(host.finishes(), SizeIs(1));
}

// proves R5
TEST_F(ReaperTest, TheSnapshotShowsSuspectsAndTheLastOneReaped) {
    see({gone(), ended(8)});
    ticks(2);
    const auto block = shown();
    EXPECT_EQ(block.at("suspects").at(0),
              json::parse(R"({"job":7,"attempt":2,"streak":2,"why":"its process 4711 is gone"})"));
    EXPECT_EQ(block.at("suspected"), 1);
    EXPECT_EQ(block.at("last").at("job"), 8);
    EXPECT_EQ(block.at("last").at("reason"), "exit_record");
    EXPECT_THAT(block.at("last").at("at").get<std::string>(), HasSubstr("2026-11-"));
}

TEST_F(ReaperTest, TheSnapshotStaysSmallHoweverManyAreSuspected) {
    see(many(1000, gone()));
    ticks(1);
    const auto block = shown();
    EXPECT_EQ(block.at("suspects").size(), 50U);
    EXPECT_EQ(block.at("suspected"), 1000);
    EXPECT_LT(block.dump().size(), 16'000U);
}

}  // namespace orch::reaper

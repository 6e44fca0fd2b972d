#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orch/testing.hpp"
#include "sdk/sample_plugin.hpp"

namespace orch {

using testing::HasSubstr;

/// The host that authors test with keeps the rules of the real one.
struct FakeHostTest : testing::Test {
    ~FakeHostTest() override { sample_script = {}; }
    FakeHost host;
    FakePlugin plugin{host, *pluginTable<Sample>()};

    /// The status of one call made inside a tick.
    std::int32_t call(const std::string& method, const std::string& request) {
        sample_script.tick = [&] { static_cast<void>(Sample::host->call(method, request)); };
        static_cast<void>(plugin.tick());
        return host.calls().back().status;
    }
    std::int32_t finish() {
        return call("jobs.finish",
                    R"({"job":7,"attempt":1,"cause":"process_died","why":{"rule":"r"}})");
    }
};

TEST_F(FakeHostTest, ListsAreEmptyAndOrdersAreDoneUnlessScripted) {
    sample_script.tick = [&] {
        EXPECT_TRUE(Sample::host->jobs().running().jobs.empty());
        EXPECT_EQ(Sample::host->notify().send({.subject = "s", .text = "t"}).effect, Effect::kDone);
    };
    EXPECT_TRUE(plugin.tick().ok());
}

TEST_F(FakeHostTest, WhatIsSetIsWhatThePluginSees) {
    const RunningJob job{.id = 7,
                         .attempt = 2,
                         .task = "T-3",
                         .lane = "agent",
                         .pid = 4711,
                         .pid_start = 99,
                         .same_boot = false,
                         .running = 5s,
                         .limit = 1min,
                         .lock = Lock::kFree,
                         .process = Life::kDead,
                         .process_why = "zombie",
                         .group = 1,
                         .exit = ExitRecord::kForeign,
                         .signal = 9};
    host.setRunning({.self = Life::kAlive, .jobs = {job}});
    sample_script.tick = [&] {
        const auto seen = Sample::host->jobs().running();
        EXPECT_EQ(detail::toJson(seen.jobs.at(0)), detail::toJson(job));
        EXPECT_EQ(seen.self, Life::kAlive);
    };
    EXPECT_TRUE(plugin.tick().ok());
}

TEST_F(FakeHostTest, AnOrderIsAnsweredByTheTestAndKept) {
    host.onFinish([](const FinishOrder& order) {
        return Answer{order.attempt == 2 ? Effect::kDone : Effect::kNothing, "looked"};
    });
    sample_script.tick = [&] {
        const FinishOrder order{.job = 7,
                                .attempt = 2,
                                .pid = 4711,
                                .cause = Cause::kPidReused,
                                .why = {"rule", "decision", {{"a", "b"}}}};
        EXPECT_EQ(Sample::host->jobs().finish(order).effect, Effect::kDone);
    };
    EXPECT_TRUE(plugin.tick().ok());
    const auto order = host.finishes().at(0);
    EXPECT_EQ(std::tuple(order.job, order.pid, order.pid_start, order.cause),
              std::tuple(7, 4711, std::nullopt, Cause::kPidReused));
    EXPECT_THAT(order.why.evidence.at(0), testing::Pair("a", "b"));
}

TEST_F(FakeHostTest, AMethodThatIsNotNeededIsDenied) {
    EXPECT_EQ(call("tasks.list", "{}"), ORCH_DENIED);
}

TEST_F(FakeHostTest, AMethodThatIsNotGrantedIsDenied) {
    host.grant({"notify.send"});
    EXPECT_EQ(call("jobs.running", "{}"), ORCH_DENIED);
    EXPECT_EQ(call("notify.send", R"({"subject":"s","text":"t"})"), ORCH_OK);
}

TEST_F(FakeHostTest, AMethodThatDoesNotExistIsUnknown) {
    EXPECT_EQ(call("jobs.restart", "{}"), ORCH_UNKNOWN_METHOD);
}

TEST_F(FakeHostTest, ARequestIsCheckedLikeTheRealOnes) {
    EXPECT_EQ(call("notify.send", R"({"subject":"s"})"), ORCH_BAD_REQUEST);
    EXPECT_THAT(host.calls().back().reply, HasSubstr("\"text\" is missing"));
    EXPECT_EQ(call("jobs.running", R"({"all":true})"), ORCH_BAD_REQUEST);
    EXPECT_THAT(host.calls().back().reply, HasSubstr("unknown member \"all\""));
    EXPECT_EQ(call("jobs.running", "[]"), ORCH_BAD_REQUEST);
    EXPECT_EQ(call("jobs.running", "{}"), ORCH_OK);
}

TEST_F(FakeHostTest, ObserveModeKeepsTheOrderAndDoesNotAskTheTest) {
    host.setObserving(true);
    host.onFinish([](const FinishOrder&) -> Answer { throw std::logic_error("asked"); });
    EXPECT_EQ(finish(), ORCH_OK);
    EXPECT_EQ(host.calls().back().reply, R"({"result":"observed"})");
    EXPECT_EQ(host.finishes().size(), 1U);
}

TEST_F(FakeHostTest, AHeldOrderIsHeld) {
    host.setHolding(true);
    EXPECT_EQ(finish(), ORCH_OK);
    EXPECT_EQ(host.calls().back().reply, R"({"result":"held"})");
}

TEST_F(FakeHostTest, ACancelEndsWithItsEntry) {
    host.cancel();
    EXPECT_EQ(finish(), ORCH_CANCELLED);
    EXPECT_TRUE(host.finishes().empty());
    EXPECT_EQ(finish(), ORCH_OK);
}

TEST_F(FakeHostTest, ACallOutsideAnEntryIsMisuse) {
    const Host outside{host.table()};
    try {
        static_cast<void>(outside.jobs().running());
        FAIL();
    } catch (const CallFailed& failure) {
        EXPECT_EQ(failure.status(), ORCH_MISUSE);
    }
}

TEST_F(FakeHostTest, ACallFromAnotherThreadIsMisuse) {
    std::int32_t status = ORCH_OK;
    sample_script.tick = [&] {
        std::thread other{[&, kept = *Sample::host] {
            try {
                static_cast<void>(kept.jobs().running());
            } catch (const CallFailed& failure) {
                status = failure.status();
            }
            kept.log(Level::kInfo, "from another thread");
        }};
        other.join();
    };
    EXPECT_TRUE(plugin.tick().ok());
    EXPECT_EQ(status, ORCH_MISUSE);
    EXPECT_EQ(host.logs().at(0).text, "from another thread");
}

TEST_F(FakeHostTest, AScriptedFailureIsThatOfTheCall) {
    host.fail("jobs.running", ORCH_UNAVAILABLE, "the database is busy");
    EXPECT_EQ(call("jobs.running", "{}"), ORCH_UNAVAILABLE);
}

TEST_F(FakeHostTest, ASnapshotThatIsNoObjectOrTooLongIsFoundOut) {
    ASSERT_TRUE(plugin.load(1, std::string(64 * 1024, 'x')).ok());
    EXPECT_EQ(plugin.snapshot().status, ORCH_FAILED);
}

/// What each of the remaining services answers when it is scripted.
class Curious {
public:
    static constexpr Descriptor descriptor{
        .id = "curious",
        .version = "1",
        .kill_switch = "ORCH_CURIOUS_ENABLED",
        .needs =
            "tasks.list leases.list leases.reclaim journal.write state_dir.path probe.http "
            "exec.start exec.status"};
    Curious(Host host, const Settings&) : host_(host) {}
    void tick(const Tick&) {
        tasks = host_.tasks().list();
        leases = host_.leases().list();
        reclaimed = host_.leases().reclaim("greeter", 5, {.rule = "stale", .decision = {}});
        rows = host_.journal().write({.rule = "r", .decision = "d"});
        path = host_.stateDir().path();
        probe = host_.probe().http({.url = "http://127.0.0.1:1/"});
        started = host_.exec().start({.command = {"true"}, .key = "k"});
        status = host_.exec().status(started.job);
    }
    static inline std::vector<TaskSeen> tasks;
    static inline std::vector<LeaseSeen> leases;
    static inline Answer reclaimed;
    static inline std::int64_t rows = 0;
    static inline std::filesystem::path path;
    static inline ProbeAnswer probe;
    static inline ExecStarted started;
    static inline ExecStatus status;

private:
    Host host_;
};

TEST(FakeHostScriptTest, EveryServiceCanBeScripted) {
    FakeHost host;
    host.setTasks({{.id = "T-3", .stage_age = 5s, .has_job = true}});
    host.setLeases({{.repository = "greeter", .token = 5, .hold = Lock::kFree, .age = 1s}});
    host.setAnswer("leases.reclaim", {Effect::kNothing, "renewed"});
    host.setStateDir("/somewhere");
    host.setProbe({.outcome = ProbeOutcome::kTls, .detail = "expired", .took = 3ms});
    host.setExecStarted({{Effect::kDone, {}}, 12});
    host.setExecStatus({.status = "succeeded", .exit_code = 0, .output = "ok"});
    FakePlugin plugin{host, *pluginTable<Curious>()};
    const auto entered = plugin.tick();
    ASSERT_TRUE(entered.ok()) << entered.text;
    EXPECT_EQ(detail::toJson(Curious::tasks.at(0)).at("stage_age_ms"), 5000);
    EXPECT_EQ(std::tuple(Curious::leases.at(0).token, Curious::leases.at(0).hold),
              std::tuple(5, Lock::kFree));
    EXPECT_EQ(Curious::reclaimed.detail, "renewed");
    EXPECT_EQ(std::tuple(Curious::rows, Curious::path), std::tuple(1, "/somewhere"));
    EXPECT_EQ(std::tuple(Curious::probe.outcome, Curious::probe.detail),
              std::tuple(ProbeOutcome::kTls, "expired"));
    EXPECT_EQ(std::tuple(Curious::started.job, Curious::status.exit_code), std::tuple(12, 0));
}

TEST(FakeHostScriptTest, WhatHasNoSensibleDefaultSaysSo) {
    FakeHost host;
    FakePlugin plugin{host, *pluginTable<Curious>()};
    EXPECT_THAT(plugin.tick().text, HasSubstr("no answer scripted"));
}

}  // namespace orch

#include "plugin/generation.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <stdexcept>

#include "plugin/fake_plugin.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using Kind = EntryOutcome::Kind;

class FixedClock final : public Clock {
public:
    [[nodiscard]] Now now() const override { return {Instant{1h}, AwakeTime{5s}, {}}; }
};

struct GenerationTest : ::testing::Test {
    Generation::Surroundings around(Milliseconds timeout = 1h) {
        return {.speaker = "plugin fake#1",
                .timeout = timeout,
                .serve =
                    [this](const Entry& entry, std::string_view method, std::string_view) {
                        if (on_call) on_call(entry);
                        return CallResult{ORCH_OK, std::string(method)};
                    },
                .permit = [this] { return permit; },
                .began = [this](const std::string& what) { entries.push_back(what); },
                .ended = [](const EntryOutcome&) {},
                .clock = clock,
                .alarm = alarm};
    }
    EntryOutcome created(Generation& generation) {
        return awaited([&](const Generation::Done& done) { generation.create("{}", done); });
    }
    EntryOutcome ticked(Generation& generation) {
        return awaited([&](const Generation::Done& done) { generation.tick({}, done); });
    }
    template <class F>
    static EntryOutcome awaited(F enter) {
        std::promise<EntryOutcome> promise;
        enter([&](const EntryOutcome& end) { promise.set_value(end); });
        return promise.get_future().get();
    }
    /// A tick that stays inside until it is told to go on, or was cancelled.
    void hang() {
        fake.on_tick = [this](const orch_tick& tick, orch_sink) {
            inside.count_down();
            while (tick.cancelled(tick.context) == 0 || !may_return) std::this_thread::yield();
            return ORCH_OK;
        };
    }

    FixedClock clock;
    Alarm alarm;
    std::optional<Permit> permit = Permit{7};
    std::vector<std::string> entries;
    FakePlugin fake;
    std::function<void(const Entry&)> on_call;
    std::latch inside{1};
    std::atomic<bool> may_return = true;
};

TEST_F(GenerationTest, EntersOnOneThreadThatIsItsOwn) {
    std::set<std::thread::id> threads;
    const auto note = [&] { threads.insert(std::this_thread::get_id()); };
    fake.on_create = [&](const orch_host&, std::string_view) { note(); };
    fake.on_tick = [&](const orch_tick&, orch_sink) { return note(), ORCH_OK; };
    fake.on_destroy = note;
    {
        Generation generation(FakePlugin::table(), around());
        (void)created(generation);
        (void)ticked(generation);
    }
    EXPECT_EQ(threads.size(), 1U);
    EXPECT_FALSE(threads.contains(std::this_thread::get_id()));
}

TEST_F(GenerationTest, TheTickTellsNumberTimeAndDeadline) {
    Generation generation(FakePlugin::table(), around(2s));
    (void)created(generation);
    orch_tick seen{};
    fake.on_tick = [&](const orch_tick& tick, orch_sink) { return seen = tick, ORCH_OK; };
    (void)awaited([&](const Generation::Done& done) {
        generation.tick({.missed = 2, .observe = true}, done);
    });
    EXPECT_EQ(seen.number, 1U);
    EXPECT_EQ(seen.missed, 2U);
    EXPECT_EQ(seen.flags, ORCH_TICK_OBSERVE);
    EXPECT_EQ(seen.awake_ms, 5'000);
    EXPECT_EQ(seen.deadline_ms, 7'000);
}

TEST_F(GenerationTest, APluginThatRefusesItsSettingsSaysWhy) {
    Generation generation(FakePlugin::table(), around());
    fake.refuses = true;
    const auto end = created(generation);
    EXPECT_EQ(end.kind, Kind::kFailed);
    EXPECT_EQ(end.error, "no disk of that name");
}

// proves H6
TEST_F(GenerationTest, WhatAnEntryThrowsEndsTheEntryAndNothingElse) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    fake.on_tick = [](const orch_tick&, orch_sink) -> std::int32_t {
        throw std::runtime_error("third time unlucky");
    };
    EXPECT_EQ(ticked(generation).error, "it let an exception out: third time unlucky");
    fake.on_tick = [](const orch_tick&, orch_sink) -> std::int32_t { throw 7; };
    EXPECT_EQ(ticked(generation).error, "it let an exception out that tells nothing");
    fake.on_tick = {};
    EXPECT_EQ(ticked(generation).kind, Kind::kWell);
}

TEST_F(GenerationTest, AFailureWithoutAWordIsToldAll) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    fake.on_tick = [](const orch_tick&, orch_sink) { return -77; };
    EXPECT_EQ(ticked(generation).error, "its tick failed with status -77 and without a word");
}

TEST_F(GenerationTest, TheSnapshotIsTakenAfterTheTickAndKept) {
    Generation generation(FakePlugin::table(), around());
    EXPECT_EQ(generation.snapshot(), "{}");
    (void)created(generation);
    (void)ticked(generation);
    EXPECT_EQ(generation.snapshot(), R"({"fine":true})");
}

TEST_F(GenerationTest, ASnapshotThatIsTooLongIsNamedSoAndTheLastOneKept) {
    auto surroundings = around();
    std::string last;
    surroundings.ended = [&](const EntryOutcome& end) { last = end.error; };
    Generation generation(FakePlugin::table(), surroundings);
    (void)created(generation);
    (void)ticked(generation);
    fake.on_snapshot = [] { return std::string(70'000, 'x'); };
    (void)ticked(generation);
    EXPECT_EQ(generation.snapshot(), R"({"fine":true})");
    EXPECT_EQ(last, "its snapshot is longer than 64 KiB");
}

TEST_F(GenerationTest, WhatASnapshotSaysOfItsFailureIsTheSentence) {
    auto surroundings = around();
    std::string last;
    surroundings.ended = [&](const EntryOutcome& end) { last = end.error; };
    Generation generation(FakePlugin::table(), surroundings);
    (void)created(generation);
    fake.on_snapshot = [] { return "no list"; };
    fake.snapshot_status = ORCH_EXCEPTION;
    (void)ticked(generation);
    EXPECT_EQ(generation.snapshot(), "{}");
    EXPECT_EQ(last, "no list");
}

TEST_F(GenerationTest, AnEndlessSentenceOfAFailureIsCutAndNotLost) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    fake.on_tick = [](const orch_tick&, orch_sink error) {
        say(error, "no disk " + std::string(3'000'000, '!'));
        return ORCH_EXCEPTION;
    };
    const auto error = ticked(generation).error;
    EXPECT_TRUE(error.starts_with("no disk !")) << error.substr(0, 50);
    EXPECT_TRUE(error.ends_with("!…"));
    EXPECT_EQ(error.size(), 4'000U);
}

TEST_F(GenerationTest, AReservedJobIsAnsweredByThePlugin) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    fake.on_run = [](std::string_view job) { return "ran " + std::string(job); };
    std::promise<std::string> answer;
    generation.run({}, "{\"id\":7}", [&](const EntryOutcome&, const std::string& words) {
        answer.set_value(words);
    });
    EXPECT_EQ(answer.get_future().get(), "ran {\"id\":7}");
    EXPECT_EQ(generation.reservedAgents(),
              (std::vector<std::string>{"post-deploy-monitor", "other"}));
}

TEST_F(GenerationTest, ACallIsServedInsideAnEntryWithItsPermit) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    Permit shown;
    on_call = [&](const Entry& entry) { shown = entry.permit(); };
    std::string reply;
    fake.on_tick = [&](const orch_tick&, orch_sink) { return fake.call("tasks.list", &reply); };
    EXPECT_EQ(ticked(generation).kind, Kind::kWell);
    EXPECT_EQ(reply, "tasks.list");
    EXPECT_EQ(shown, Permit{7});
}

TEST_F(GenerationTest, ACallFromOutsideAnEntryIsMisuse) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    EXPECT_EQ(fake.call("tasks.list"), ORCH_MISUSE);
    std::int32_t from_other_thread = ORCH_OK;
    fake.on_tick = [&](const orch_tick&, orch_sink) {
        std::jthread([&] { from_other_thread = fake.call("tasks.list"); }).join();
        return ORCH_OK;
    };
    (void)ticked(generation);
    EXPECT_EQ(from_other_thread, ORCH_MISUSE);
}

// proves H6
TEST_F(GenerationTest, IH9AnEntryPastItsTimeoutIsCancelledAndItsCallsChangeNothing) {
    Generation generation(FakePlugin::table(), around(20ms));
    (void)created(generation);
    std::int32_t late = ORCH_OK;
    fake.on_tick = [&](const orch_tick& tick, orch_sink) {
        while (tick.cancelled(tick.context) == 0) std::this_thread::yield();
        return late = fake.call("jobs.finish");
    };
    EXPECT_EQ(ticked(generation).kind, Kind::kCancelled);
    EXPECT_EQ(late, ORCH_CANCELLED);
}

TEST_F(GenerationTest, TheEntryThatLastsIsShownWithItsDeadline) {
    Generation generation(FakePlugin::table(), around(1h));
    (void)created(generation);
    hang();
    generation.tick({}, [](const EntryOutcome&) {});
    inside.wait();
    const auto seen = generation.inside();
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->what, "tick");
    EXPECT_EQ(seen->deadline, AwakeTime{5s} + 1h);
    generation.cancel();
}

TEST_F(GenerationTest, RetiringCancelsWhatRunsDropsWhatWaitsAndDestroys) {
    bool destroyed = false;
    fake.on_destroy = [&] { destroyed = true; };
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    hang();
    Kind waiting = Kind::kWell;
    generation.tick({}, [](const EntryOutcome&) {});
    inside.wait();
    generation.tick({}, [&](const EntryOutcome& end) { waiting = end.kind; });
    EXPECT_TRUE(generation.retire(10s));
    EXPECT_EQ(waiting, Kind::kDropped);
    EXPECT_TRUE(destroyed);
}

// proves H6
TEST_F(GenerationTest, AnEntryThatNeverReturnsIsLeftBehindCutOff) {
    hang();
    may_return = false;
    std::int32_t call_after = ORCH_OK;
    std::atomic<bool> ended = false;
    Kind told = Kind::kWell;
    {
        Generation generation(FakePlugin::table(), around());
        (void)created(generation);
        auto hanging = fake.on_tick;
        fake.on_tick = [&, hanging](const orch_tick& tick, orch_sink error) {
            (void)hanging(tick, error);
            call_after = fake.call("jobs.finish");
            ended = true;
            return ORCH_OK;
        };
        generation.tick({}, [&](const EntryOutcome& end) { told = end.kind; });
        inside.wait();
        EXPECT_FALSE(generation.retire(10ms));
    }
    EXPECT_EQ(told, Kind::kDropped);
    may_return = true;
    while (!ended) std::this_thread::yield();
    EXPECT_EQ(call_after, ORCH_CANCELLED);
}

TEST_F(GenerationTest, AfterItIsRetiredNothingIsEntered) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    EXPECT_TRUE(generation.retire(10s));
    EXPECT_EQ(ticked(generation).kind, Kind::kDropped);
}

TEST_F(GenerationTest, EveryEntryIsToldWhenItBegins) {
    {
        Generation generation(FakePlugin::table(), around());
        (void)created(generation);
        (void)ticked(generation);
    }
    EXPECT_EQ(entries, (std::vector<std::string>{"create", "tick", "snapshot", "destroy"}));
}

TEST_F(GenerationTest, AfterATickThatFailedThereIsNoSnapshot) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    fake.on_tick = [](const orch_tick&, orch_sink) { return ORCH_FAILED; };
    (void)ticked(generation);
    EXPECT_EQ(entries, (std::vector<std::string>{"create", "tick"}));
}

// proves H4
TEST_F(GenerationTest, ASwitchedOffPluginIsNotTickedThoughItsTickWasOrdered) {
    Generation generation(FakePlugin::table(), around());
    (void)created(generation);
    permit.reset();
    EXPECT_EQ(ticked(generation).kind, Kind::kDropped);
    EXPECT_EQ(entries, std::vector<std::string>{"create"});
}

}  // namespace orch::testing

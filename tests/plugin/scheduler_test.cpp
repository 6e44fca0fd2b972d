#include "plugin/scheduler.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>

#include "support/eventually.hpp"
#include "support/fake_clock.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A plugin whose ticks end at once, on the scheduler's thread, unless it holds them. It is off
/// until it is started.
struct Ticking {
    Ticking(Scheduler& owner, TickRhythm rhythm) : scheduler(owner) {
        id = scheduler.add("reaper",
                           rhythm,
                           {.tick = [this](TickedId mine) { tick(mine); },
                            .cancel = [this] { ++cancels; },
                            .on = [this] { return on.load(); }});
    }
    ~Ticking() { scheduler.remove(id); }
    Ticking(const Ticking&) = delete;
    Ticking& operator=(const Ticking&) = delete;

    void turn(bool is_on) {
        on = is_on;
        scheduler.refresh(id);
    }
    void tick(TickedId mine) {
        if (throws) throw std::runtime_error("boom");
        scheduler.tickBegan(mine);
        ++ticks;
        if (!holds) scheduler.ended(mine, {!fails, "tick threw: boom"});
    }
    [[nodiscard]] bool hasTicked(int times) {
        return eventually([&] { return ticks >= times; });
    }

    Scheduler& scheduler;
    TickedId id{};
    std::atomic<int> ticks = 0, cancels = 0;
    std::atomic<bool> on = false, holds = false, throws = false, fails = false;
};

struct SchedulerTest : ::testing::Test {
    void forward(std::chrono::nanoseconds span) {
        clock.forward(span);
        scheduler.wake();
    }
    [[nodiscard]] bool isTold(const std::vector<QuarantineNote::Kind>& kinds) {
        return eventually([&] {
            const std::lock_guard lock(mutex);
            return notes == kinds;
        });
    }

    FakeClock clock;
    std::mutex mutex;
    std::vector<QuarantineNote::Kind> notes;
    Scheduler scheduler{clock, [this](const QuarantineNote& note) {
                            const std::lock_guard lock(mutex);
                            notes.push_back(note.kind);
                        }};
    Ticking plugin{scheduler, {10s, 30s}}, other{scheduler, {10s, 30s}};
};

TEST_F(SchedulerTest, APluginIsTickedAtOnceAndThenOnItsGrid) {
    plugin.turn(true);
    ASSERT_TRUE(plugin.hasTicked(1));
    forward(10s);
    ASSERT_TRUE(plugin.hasTicked(2));
    EXPECT_EQ(plugin.ticks, 2);
}

TEST(SchedulerOnRealTimeTest, TicksComeByThemselves) {
    const SystemClock clock{0ms};
    Scheduler scheduler(clock, [](const QuarantineNote&) {});
    Ticking plugin(scheduler, {5ms, 30s});
    plugin.turn(true);
    EXPECT_TRUE(plugin.hasTicked(20));
}

TEST_F(SchedulerTest, APluginThatIsSwitchedOffIsNotTickedAnyMore) {
    plugin.turn(true);
    other.turn(true);
    ASSERT_TRUE(plugin.hasTicked(1) && other.hasTicked(1));
    plugin.turn(false);
    forward(10s);
    ASSERT_TRUE(other.hasTicked(2));
    EXPECT_EQ(plugin.ticks, 1);
}

TEST_F(SchedulerTest, NoSecondTickIsHandedOverBeforeTheFirstHasEnded) {
    plugin.holds = true;
    plugin.turn(true);
    ASSERT_TRUE(plugin.hasTicked(1));
    other.turn(true);
    ASSERT_TRUE(other.hasTicked(1));
    forward(10s);
    ASSERT_TRUE(other.hasTicked(2));
    EXPECT_EQ(plugin.ticks, 1);
    scheduler.ended(plugin.id, {});
    EXPECT_EQ(scheduler.status(plugin.id).missed, 1);
}

// proves H6: a tick that hangs
TEST_F(SchedulerTest, IH9AHungTickIsCancelledAndVisibleUntilItComesBack) {
    plugin.holds = true;
    plugin.turn(true);
    ASSERT_TRUE(plugin.hasTicked(1));
    forward(30s);
    EXPECT_TRUE(eventually([&] { return plugin.cancels == 1; }));
    EXPECT_EQ(scheduler.hung().size(), 1U);
    scheduler.ended(plugin.id, {});
    EXPECT_THAT(scheduler.hung(), IsEmpty());
    EXPECT_EQ(scheduler.status(plugin.id).failures, 1);
}

// proves H6: a tick that hangs is nobody else's trouble
TEST_F(SchedulerTest, IH9AHungTickHoldsUpNoOther) {
    plugin.holds = true;
    plugin.turn(true);
    other.turn(true);
    ASSERT_TRUE(plugin.hasTicked(1) && other.hasTicked(1));
    forward(40s);
    EXPECT_TRUE(other.hasTicked(2));
    EXPECT_EQ(plugin.ticks, 1);
}

// proves H6: a tick that throws
TEST_F(SchedulerTest, ID15APluginThatKeepsFailingIsToldOfOnceAndOnceWhenItWorksAgain) {
    plugin.fails = true;
    plugin.turn(true);
    for (int i = 1; i < 4; ++i) {
        ASSERT_TRUE(plugin.hasTicked(i));
        forward(10s);
    }
    ASSERT_TRUE(isTold({QuarantineNote::Kind::kBegun}));
    plugin.fails = false;
    forward(70s);
    EXPECT_TRUE(isTold({QuarantineNote::Kind::kBegun, QuarantineNote::Kind::kOver}));
    EXPECT_EQ(plugin.ticks, 4);
}

// proves H6: what hands a tick over throws
TEST_F(SchedulerTest, ATickThatCannotBeHandedOverIsAFailureOfItsPlugin) {
    plugin.throws = true;
    plugin.turn(true);
    EXPECT_TRUE(eventually([&] { return scheduler.status(plugin.id).failures == 1; }));
    EXPECT_EQ(scheduler.status(plugin.id).last_error, "its tick could not be begun: boom");
}

TEST_F(SchedulerTest, WhoeverLeavesIsNotCalledAnyMoreOnceHeHasLeft) {
    std::latch called(1);
    std::promise<void> finish;
    const auto tick = [&](TickedId) {
        called.count_down();
        finish.get_future().wait();
    };
    const auto id = scheduler.add("guest", {10s, 30s}, {tick, [] {}, [] { return true; }});
    called.wait();
    auto leaving = std::async(std::launch::async, [&] { scheduler.remove(id); });
    EXPECT_EQ(leaving.wait_for(20ms), std::future_status::timeout);
    finish.set_value();
    leaving.get();
}

TEST_F(SchedulerTest, ANoteThatWaitsIsToldBeforeTheEnd) {
    for (int i = 0; i < 3; ++i) {
        scheduler.began(plugin.id, "run of job 7");
        scheduler.ended(plugin.id, {false, "bad"});
    }
    scheduler.stop();
    EXPECT_THAT(notes, ElementsAre(QuarantineNote::Kind::kBegun));
}

// Threads come, go, are switched and tick at once; the sanitizer watches.
TEST(SchedulerThreadsTest, PluginsComeAndGoWhileOthersTick) {
    const SystemClock clock{0ms};
    Scheduler scheduler(clock, [](const QuarantineNote&) {});
    Ticking steady(scheduler, {1ms, 30s});
    steady.turn(true);
    std::vector<std::jthread> threads;
    for (int who = 0; who < 4; ++who) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                Ticking guest(scheduler, {1ms, 30s});
                guest.turn(true);
                scheduler.retune(guest.id, {2ms, 1s});
                (void)scheduler.status(guest.id);
                (void)scheduler.hung();
                guest.turn(false);
            }
        });
    }
    threads.clear();
    EXPECT_TRUE(steady.hasTicked(10));
}

}  // namespace orch::testing

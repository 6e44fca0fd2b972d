#include <future>
#include <latch>

#include "plugin/service_scene.hpp"
#include "support/eventually.hpp"

namespace orch {

using namespace testing;
using namespace std::chrono_literals;

const Json kRow{{"rule", "r"}, {"decision", "d"}};

/// The writer does nothing else until release().
struct ServiceWaitTest : ServiceScene {
    ServiceWaitTest() {
        world.settle();
        busy = store.post([this](Tx&) {
            begun.count_down();
            released.wait();
        });
        begun.wait();
    }
    ~ServiceWaitTest() override { release(); }
    void release() {
        if (!std::exchange(is_released, true)) released.count_down();
    }
    std::latch begun{1}, released{1};
    bool is_released = false;
    std::future<void> busy;
};

TEST_F(ServiceWaitTest, ACallThatIsCancelledWhileItWaitsChangesNothing) {
    auto answer = std::async(std::launch::async, [&] { return call("journal.write", kRow); });
    cancel.request_stop();
    const auto result = answer.get();
    EXPECT_EQ(result.status, ORCH_CANCELLED) << result.reply;
    release();
    store.flush();
    EXPECT_TRUE(journal().empty());
}

TEST_F(ServiceWaitTest, ACallWhoseDeadlinePassesWhileItWaitsChangesNothing) {
    patience = 1500ms;
    EXPECT_EQ(refusal(ORCH_CANCELLED, "journal.write", kRow),
              "the entry should return and the database had not begun with it: nothing was "
              "changed");
    release();
    store.flush();
    EXPECT_TRUE(journal().empty());
}

// proves H4
TEST_F(ServiceWaitTest, APluginThatIsSwitchedOffWhileItWaitsCommitsNothing) {
    auto answer = std::async(std::launch::async, [&] { return call("journal.write", kRow); });
    EXPECT_TRUE(eventually([&] { return !store.idle(); }));  // the call's change waits
    gate.shut();
    release();
    EXPECT_EQ(answer.get().status, ORCH_CANCELLED);
    EXPECT_TRUE(journal().empty());
}

TEST_F(ServiceWaitTest, TheWriterIsNotHeldUpByACallThatWaits) {
    auto answer = std::async(std::launch::async, [&] { return call("journal.write", kRow); });
    auto other = store.post([](Tx&) { return 7; });
    release();
    EXPECT_EQ(other.get(), 7);
    EXPECT_EQ(answer.get().status, ORCH_OK);
}

/// The commit takes longer than the entry may: the end of the pass waits for release().
struct ServiceSlowCommitTest : ServiceScene {
    ServiceSlowCommitTest() {
        slow = std::make_unique<Store>(world.folder / "slow.db", Milliseconds{0});
        slow->setPassEnd([this](Tx&) -> Store::AfterCommit {
            if (hold) released.wait();
            return {};
        });
        services = std::make_unique<Services>(ServiceWorld{.store = *slow,
                                                           .setup = world.setup,
                                                           .running = running,
                                                           .flipper = flipper,
                                                           .launcher = world.launcher(),
                                                           .leases = leases,
                                                           .http = prober,
                                                           .told = [] {}});
    }
    std::atomic<bool> hold = true;
    std::latch released{1};
    std::unique_ptr<Store> slow;
};

TEST_F(ServiceSlowCommitTest, WhatHasBegunAndIsNotKnownInTimeSaysSo) {
    patience = 1500ms;
    EXPECT_EQ(refusal(ORCH_UNAVAILABLE, "journal.write", kRow),
              "the database did not answer in time and nothing is known: look again");
    hold = false;
    released.count_down();
    slow->flush();
    EXPECT_EQ(slow->read([](Connection& db) { return lastJournal(db, "", 9); }).size(), 1U);
}

}  // namespace orch

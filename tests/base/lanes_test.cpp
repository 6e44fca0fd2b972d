#include "base/lanes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <numeric>

namespace orch {

/// Held by work, it calls `call` when the work is destroyed.
template <typename Call>
std::shared_ptr<void> callAtEnd(Call call) {
    return {nullptr, [call](void*) { call(); }};
}

TEST(LanesTest, RunAKeysWorkInItsOrder) {
    Lanes lanes{4};
    std::map<std::string, std::vector<int>> done{{"a", {}}, {"b", {}}, {"c", {}}};
    for (int i = 0; i < 300; ++i) {
        for (auto& [key, list] : done) lanes.post(key, [i, &to = list] { to.push_back(i); });
    }
    lanes.waitIdle();
    std::vector<int> expected(300);
    std::iota(expected.begin(), expected.end(), 0);
    for (const auto& [key, list] : done) EXPECT_EQ(list, expected) << key;
}

TEST(LanesTest, RunOneWorkOfAKeyAtATime) {
    Lanes lanes{4};
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    for (int i = 0; i < 200; ++i) {
        lanes.post("key", [&] {
            most = std::max(most.load(), ++running);
            --running;
        });
    }
    lanes.waitIdle();
    EXPECT_EQ(most, 1);
}

TEST(LanesTest, RunKeysSideBySide) {
    Lanes lanes{2};
    std::latch both_run{2};  // one after the other would never get past it
    lanes.post("a", [&] { both_run.arrive_and_wait(); });
    lanes.post("b", [&] { both_run.arrive_and_wait(); });
    lanes.waitIdle();
}

TEST(LanesTest, BusyKeyDoesNotHoldUpAnother) {
    Lanes lanes{2};
    std::latch other_done{1};
    lanes.post("slow", [&] { other_done.wait(); });
    for (int i = 0; i < 10; ++i) lanes.post("slow", [] {});
    lanes.post("quick", [&] { other_done.count_down(); });
    lanes.waitIdle();
}

TEST(LanesTest, KeysTakeTurnsOnOneThread) {
    Lanes lanes{1};
    std::latch posted{1};
    std::string order;
    lanes.post("gate", [&] { posted.wait(); });
    for (const char key : {'a', 'a', 'b'}) lanes.post({key}, [&order, key] { order += key; });
    posted.count_down();
    lanes.waitIdle();
    EXPECT_EQ(order, "aba");
}

TEST(LanesTest, StoppingEndsWhatRunsAndDropsWhatWaits) {
    Lanes lanes{1};
    std::latch begun{1};
    std::latch dropped{1};
    bool ended = false;
    lanes.post("key", [&] {
        begun.count_down();
        dropped.wait();
        ended = true;
    });
    lanes.post("key", [held = callAtEnd([&] { dropped.count_down(); })] { FAIL(); });
    lanes.post("other", [] { FAIL(); });
    begun.wait();
    lanes.stop();
    EXPECT_TRUE(ended);
}

TEST(LanesTest, WorkPostedAfterTheStopNeverRuns) {
    Lanes lanes{1};
    lanes.stop();
    lanes.post("key", [] { FAIL(); });
    lanes.waitIdle();
}

TEST(LanesTest, WorkMayPostMoreWork) {
    Lanes lanes{1};
    int done = 0;
    lanes.post("a", [&] {
        lanes.post("a", [&] { ++done; });
        lanes.post("b", [&] { ++done; });
    });
    lanes.waitIdle();
    EXPECT_EQ(done, 2);
}

TEST(LanesTest, DroppedWorkMayPostFromItsDestructor) {
    Lanes lanes{1};
    std::latch begun{1};
    std::latch dropped{1};
    lanes.post("key", [&] {
        begun.count_down();
        dropped.wait();
    });
    lanes.post("key", [held = callAtEnd([&] {
                           lanes.post("late", [] { FAIL(); });
                           dropped.count_down();
                       })] { FAIL(); });
    begun.wait();
    lanes.stop();
}

}  // namespace orch

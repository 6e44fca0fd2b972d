#include "common/mass_guard.hpp"

#include <gtest/gtest.h>

namespace orch::common {

using namespace std::chrono_literals;
using Keys = std::set<int>;

struct MassGuardTest : ::testing::Test {
    MassGuard<int>::Answer ask(const Keys& wanted, std::size_t subjects, Milliseconds after = 30s) {
        awake += after;
        return guard.ask(wanted, {subjects, awake, 15s});
    }
    MassGuard<int> guard;
    Milliseconds awake{};
};

TEST_F(MassGuardTest, ThreeAtOnceAreNoMass) {
    const auto answer = ask({1, 2, 3}, 3);
    EXPECT_EQ(answer.pass, (Keys{1, 2, 3}));
    EXPECT_FALSE(answer.alarm);
}

TEST_F(MassGuardTest, FourOfFewWaitForASecondLook) {
    const auto first = ask({1, 2, 3, 4}, 4);
    EXPECT_EQ(first.pass, Keys{});
    EXPECT_TRUE(first.alarm);
    EXPECT_TRUE(guard.delays());
    const auto second = ask({1, 2, 3, 4}, 4);
    EXPECT_EQ(second.pass, (Keys{1, 2, 3, 4}));
    EXPECT_FALSE(second.alarm);
}

TEST_F(MassGuardTest, ALookTooSoonIsNoSecondOne) {
    (void)ask({1, 2, 3, 4}, 4);
    EXPECT_EQ(ask({1, 2, 3, 4}, 4, 14s).pass, Keys{});
    EXPECT_EQ(ask({1, 2, 3, 4}, 4, 1s).pass.size(), 4U);
}

TEST_F(MassGuardTest, OfManyThirtyPercentPass) {
    EXPECT_EQ(ask({1, 2, 3, 4, 5, 6}, 20).pass.size(), 6U);
    EXPECT_EQ(ask({1, 2, 3, 4, 5, 6, 7}, 20).pass.size(), 0U);
}

TEST_F(MassGuardTest, OnlyWhatTheSecondLookAgreesOnPasses) {
    (void)ask({1, 2, 3, 4, 5}, 5);
    const auto second = ask({2, 3, 4, 5, 6}, 6);
    EXPECT_EQ(second.pass, (Keys{2, 3, 4, 5}));
    EXPECT_FALSE(second.alarm) << "the same event is told once";
    EXPECT_EQ(ask({6, 7, 8, 9}, 6).pass, Keys{6});
}

TEST_F(MassGuardTest, WhenTheMassIsGoneItIsOver) {
    (void)ask({1, 2, 3, 4}, 4);
    EXPECT_EQ(ask({1}, 4).pass, Keys{1});
    EXPECT_FALSE(guard.delays());
    EXPECT_TRUE(ask({1, 2, 3, 4}, 4).alarm);
}

}  // namespace orch::common

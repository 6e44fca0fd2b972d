#include "launch/shim/watchdog.hpp"

#include <gtest/gtest.h>

namespace orch {

using namespace std::chrono_literals;
constexpr AwakeTime kStart{1000s};

/// Timeout 100 s, stall 8 s (so CPU is sampled every second), grace 5 s.
struct WatchdogTest : ::testing::Test {
    Watchdog dog{{100s, 8s, 5s}, kStart};
};

TEST_F(WatchdogTest, NothingIsDueAtTheStart) {
    EXPECT_EQ(dog.due(kStart), ShimAction::kNothing);
    EXPECT_EQ(dog.nextDue(), kStart + 1s);
}

TEST_F(WatchdogTest, SleepsForEverWithoutLimits) {
    Watchdog unlimited({0ms, 0ms, 5s}, kStart);
    EXPECT_EQ(unlimited.due(kStart + 24h), ShimAction::kNothing);
    EXPECT_EQ(unlimited.nextDue(), std::nullopt);
}

TEST_F(WatchdogTest, CpuIsSampledOnceAnEighthOfTheStallLimit) {
    EXPECT_EQ(dog.due(kStart + 1s), ShimAction::kSampleCpu);
    EXPECT_EQ(dog.due(kStart + 1s), ShimAction::kNothing);
    EXPECT_EQ(dog.nextDue(), kStart + 2s);
}

TEST_F(WatchdogTest, ID3SilenceFromTheStartIsAStall) {
    EXPECT_EQ(dog.due(kStart + 8s), ShimAction::kSampleCpu);
    EXPECT_EQ(dog.due(kStart + 8s), ShimAction::kTermGroup);
    EXPECT_EQ(dog.killedBy(), KilledBy::kStall);
}

TEST_F(WatchdogTest, ProgressPutsTheStallOff) {
    EXPECT_EQ(dog.due(kStart + 8s), ShimAction::kSampleCpu);
    dog.progress(kStart + 8s);
    EXPECT_EQ(dog.due(kStart + 8s), ShimAction::kNothing);
    EXPECT_EQ(dog.killedBy(), KilledBy::kNobody);
}

TEST_F(WatchdogTest, ProgressDoesNotPutTheDeadlineOff) {
    dog.progress(kStart + 100s);
    EXPECT_EQ(dog.due(kStart + 100s), ShimAction::kTermGroup);
    EXPECT_EQ(dog.killedBy(), KilledBy::kDeadline);
}

TEST_F(WatchdogTest, RequestTermsAtOnceAndKillsAfterTheGrace) {
    dog.request(kStart + 2s);
    EXPECT_LE(dog.nextDue(), kStart + 2s);
    EXPECT_EQ(dog.due(kStart + 2s), ShimAction::kTermGroup);
    EXPECT_EQ(dog.due(kStart + 6s), ShimAction::kNothing);
    EXPECT_EQ(dog.nextDue(), kStart + 7s);
    EXPECT_EQ(dog.due(kStart + 7s), ShimAction::kKillAll);
}

TEST_F(WatchdogTest, KillingIsRepeatedWithGrowingPauses) {
    dog.request(kStart);
    EXPECT_EQ(dog.due(kStart), ShimAction::kTermGroup);
    EXPECT_EQ(dog.due(kStart + 5s), ShimAction::kKillAll);
    EXPECT_EQ(dog.due(kStart + 5s), ShimAction::kNothing);
    EXPECT_EQ(dog.due(kStart + 5s + 10ms), ShimAction::kKillAll);
    EXPECT_EQ(dog.nextDue(), kStart + 5s + 30ms);
}

TEST_F(WatchdogTest, FirstReasonToEndItCounts) {
    EXPECT_EQ(dog.due(kStart + 100s), ShimAction::kTermGroup);
    dog.request(kStart + 101s);
    EXPECT_EQ(dog.killedBy(), KilledBy::kDeadline);
}

TEST_F(WatchdogTest, RequestAfterTheAgentsOwnEndIsNoCancel) {
    dog.agentGone(kStart + 2s);
    dog.request(kStart + 2s);
    EXPECT_EQ(dog.due(kStart + 2s), ShimAction::kTermRest);
    EXPECT_EQ(dog.killedBy(), KilledBy::kNobody);
}

TEST_F(WatchdogTest, WhatAnAgentLeftBehindGetsAShortGrace) {
    dog.agentGone(kStart + 2s);
    EXPECT_EQ(dog.due(kStart + 2s), ShimAction::kTermRest);
    EXPECT_EQ(dog.due(kStart + 3s), ShimAction::kNothing);
    EXPECT_EQ(dog.due(kStart + 4s), ShimAction::kKillAll);
}

TEST_F(WatchdogTest, AgentsEndNeverLengthensAGraceThatRuns) {
    dog.request(kStart);
    EXPECT_EQ(dog.due(kStart), ShimAction::kTermGroup);
    dog.agentGone(kStart + 4s);
    EXPECT_EQ(dog.due(kStart + 4s), ShimAction::kTermRest);
    EXPECT_EQ(dog.nextDue(), kStart + 5s);
}

TEST_F(WatchdogTest, AgentsEndWhileKillingChangesNothing) {
    dog.request(kStart);
    (void)dog.due(kStart);
    EXPECT_EQ(dog.due(kStart + 5s), ShimAction::kKillAll);
    dog.agentGone(kStart + 5s);
    EXPECT_EQ(dog.due(kStart + 6s), ShimAction::kKillAll);
}

}  // namespace orch

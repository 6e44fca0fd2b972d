#include "plugin/commit_gate.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace orch::testing {

using namespace std::chrono_literals;

struct CommitGateTest : ::testing::Test {
    CommitGateTest() { gate.open(); }
    CommitGate gate;
};

TEST_F(CommitGateTest, AGateIsShutUntilItIsOpened) {
    CommitGate other;
    EXPECT_FALSE(other.permit());
    EXPECT_FALSE(other.isOpen());
}

TEST_F(CommitGateTest, APermitHoldsAsLongAsTheGateStaysOpen) {
    const auto permit = gate.permit().value();
    gate.open();
    EXPECT_TRUE(gate.permits(permit));
}

// proves H4
TEST_F(CommitGateTest, APermitOfBeforeNeverHoldsAgainAfterAShut) {
    const auto permit = gate.permit().value();
    gate.shut();
    EXPECT_FALSE(gate.permits(permit));
    EXPECT_FALSE(gate.permit());
    gate.open();
    EXPECT_FALSE(gate.permits(permit));
    EXPECT_TRUE(gate.permits(gate.permit().value()));
}

TEST_F(CommitGateTest, RevokingVoidsPermitsAndLeavesTheGateOpen) {
    const auto permit = gate.permit().value();
    gate.revoke();
    EXPECT_FALSE(gate.permits(permit));
    EXPECT_TRUE(gate.isOpen());
    EXPECT_TRUE(gate.permits(gate.permit().value()));
}

// proves H4
TEST_F(CommitGateTest, AnActWithoutAPermitIsNotRun) {
    const auto permit = gate.permit().value();
    gate.shut();
    bool acted = false;
    EXPECT_FALSE(gate.act(permit, [&] { acted = true; }));
    EXPECT_FALSE(acted);
}

// proves H4
TEST_F(CommitGateTest, SettlingWaitsForTheActThatRuns) {
    std::promise<void> finish;
    std::latch acting(1);
    auto act = std::async(std::launch::async, [&, permit = *gate.permit()] {
        return gate.act(permit, [&] {
            acting.count_down();
            finish.get_future().wait();
        });
    });
    acting.wait();
    gate.shut();
    EXPECT_FALSE(gate.settle(0ms));
    finish.set_value();
    EXPECT_TRUE(gate.settle(30s));
    EXPECT_TRUE(act.get());
}

TEST_F(CommitGateTest, SettlingDoesNotWaitForActsBegunAfterTheGateWasOpenedAgain) {
    gate.shut();
    gate.open();
    EXPECT_TRUE(gate.act(*gate.permit(), [&] { EXPECT_TRUE(gate.settle(0ms)); }));
}

TEST_F(CommitGateTest, AnActThatThrowsHasEnded) {
    EXPECT_THROW((void)gate.act(*gate.permit(), [] { throw std::runtime_error("disk"); }),
                 std::runtime_error);
    gate.shut();
    EXPECT_TRUE(gate.settle(0ms));
}

}  // namespace orch::testing

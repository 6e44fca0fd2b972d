#include "core/plugin_backoff.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace orch::testing {

using namespace std::chrono_literals;

struct PluginBackoffTest : ::testing::Test {
    void fail(int times) {
        while (times-- > 0) (void)backoff.failed(now);
    }
    AwakeTime now{1000s};
    PluginBackoff backoff;
};

TEST_F(PluginBackoffTest, TwoFailuresInARowAreForgiven) {
    EXPECT_EQ(backoff.failed(now), std::nullopt);
    EXPECT_EQ(backoff.failed(now), std::nullopt);
    EXPECT_FALSE(backoff.waits(now));
    EXPECT_EQ(backoff.failuresInARow(), 2);
}

// proves H6
TEST_F(PluginBackoffTest, TheThirdFailureInARowBringsAMinute) {
    fail(2);
    EXPECT_EQ(backoff.failed(now), Milliseconds{1min});
    EXPECT_TRUE(backoff.waits(now + 1min - 1ns));
    EXPECT_FALSE(backoff.waits(now + 1min));
}

// proves H6: it is never given up
TEST_F(PluginBackoffTest, EachFurtherFailureDoublesTheWaitUpToAnHour) {
    fail(2);
    std::vector<Milliseconds> waits;
    for (int failure = 0; failure < 9; ++failure) waits.push_back(*backoff.failed(now));
    EXPECT_EQ(
        waits,
        (std::vector<Milliseconds>{1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min, 60min}));
}

TEST_F(PluginBackoffTest, OneSuccessEndsItAndTheCountBeginsAnew) {
    fail(5);
    EXPECT_TRUE(backoff.succeeded());
    EXPECT_FALSE(backoff.waits(now));
    fail(2);
    EXPECT_EQ(backoff.failed(now), Milliseconds{1min});
}

TEST_F(PluginBackoffTest, ASuccessWithoutAQuarantineEndsNone) {
    fail(2);
    EXPECT_FALSE(backoff.succeeded());
    EXPECT_FALSE(backoff.succeeded());
    EXPECT_EQ(backoff.failuresInARow(), 0);
}

}  // namespace orch::testing

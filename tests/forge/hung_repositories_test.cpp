#include "forge/hung_repositories.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

struct HungRepositoriesTest : ::testing::Test {
    /// Looks, and takes so long; "" or what was said.
    std::string look(std::chrono::seconds takes, bool fails, const char* folder = "/w/T-1") {
        try {
            hung.watch(folder, [&] {
                ++looks;
                now += takes;
                if (fails) throw RemoteError("git status: it had not ended", true);
            });
        } catch (const RemoteError& error) {
            EXPECT_TRUE(error.retryable());
            return error.what();
        }
        return "";
    }
    HungRepositories::Clock::time_point now{};
    HungRepositories hung{[this] { return now; }};
    int looks = 0;
};

// proves X2: one repository in which git hangs leaves its project most of the time
TEST_F(HungRepositoriesTest, OneThatHungIsLeftAloneForFourTimesAsLongAndThenLonger) {
    EXPECT_EQ(look(60s, true), "git status: it had not ended");
    EXPECT_EQ(look(60s, true), "git hung in /w/T-1: it is looked at again in 4 m");
    EXPECT_EQ(looks, 1);
    now += 4min;
    EXPECT_EQ(look(60s, true), "git status: it had not ended");
    now += 7min;
    EXPECT_EQ(look(60s, true), "git hung in /w/T-1: it is looked at again in 1 m");
    now += 1min;
    EXPECT_EQ(look(0s, false), "");
    EXPECT_EQ(look(0s, false), "");
    EXPECT_EQ(looks, 4);
}

TEST_F(HungRepositoriesTest, NeverForLongerThanAnHour) {
    for (int i = 0; i < 20; ++i) {
        (void)look(60s, true);
        now += 1h;
    }
    EXPECT_EQ(looks, 20);
}

TEST_F(HungRepositoriesTest, WhatFailsSoonIsLookedAtEachTime) {
    EXPECT_EQ(look(1s, true), "git status: it had not ended");
    EXPECT_EQ(look(1s, true), "git status: it had not ended");
    EXPECT_EQ(looks, 2);
}

TEST_F(HungRepositoriesTest, OthersAreLookedAtMeanwhileAndOneThatIsForgottenToo) {
    (void)look(60s, true);
    EXPECT_EQ(look(0s, false, "/w/T-2"), "");
    hung.forget("/w/T-1");
    EXPECT_EQ(look(0s, false), "");
}

}  // namespace orch::testing

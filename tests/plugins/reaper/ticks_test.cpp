#include <gmock/gmock.h>

#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReaperTicksTest, TicksCloserThanHalfTheIntervalCountAsOne) {
    Play play;
    (void)play.tick({gone()});
    for (int i = 0; i < 20; ++i) EXPECT_THAT(play.tick({gone()}, 500ms).flips, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 5s).flips, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 15s).flips, SizeIs(1));
}

TEST(ReaperTicksTest, HalfTheIntervalIsATick) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()}, 15s);
    EXPECT_THAT(play.tick({gone()}, 15s).flips, SizeIs(1));
}

TEST(ReaperTicksTest, ATickThatCameEarlyStillSeesLife) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()});
    (void)play.tick({alive()}, 1s);
    EXPECT_THAT(play.tick({gone()}).flips, IsEmpty());
}

TEST(ReaperTicksTest, ATickThatCameEarlyStillActsOnExitRecords) {
    Play play;
    (void)play.tick({gone()});
    auto ended = gone();
    ended.exit = ExitRecord::kValid;
    EXPECT_THAT(play.tick({ended}, 1s).flips, SizeIs(1));
}

// A suspended machine: awake time stands still, so the tick after it is one tick, and no more.
TEST(ReaperTicksTest, ANightAsleepIsOneTick) {
    Play play;
    (void)play.tick({gone()});
    EXPECT_THAT(play.tick({gone()}, 100ms).flips, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 30s).flips, IsEmpty());
}

// proves R7: a new orchd remembers nothing, which delays and never hastens
TEST(ReaperTicksTest, ID19ANewOrchdBeginsToCountAgain) {
    Play before;
    (void)before.tick({gone()});
    (void)before.tick({gone()});
    Play after;
    EXPECT_THAT(after.tick({gone()}).flips, IsEmpty());
    EXPECT_THAT(after.tick({gone()}).flips, IsEmpty());
    EXPECT_THAT(after.tick({gone()}).flips, SizeIs(1));
}

TEST(ReaperTicksTest, WhenOrchdDoesNotSeeItselfNothingCounts) {
    for (const auto self : {Life::kDead, Life::kUnknown}) {
        Play play;
        auto ended = numbered(8, gone());
        ended.exit = ExitRecord::kValid;
        (void)play.tick({gone()});
        (void)play.tick({gone()});
        EXPECT_THAT(play.tick(Running{self, {gone(), ended}}).flips, IsEmpty());
        EXPECT_THAT(play.tick({gone()}).flips, SizeIs(1)) << "frozen, not forgotten";
    }
}

TEST(ReaperTicksTest, ThatOrchdDoesNotSeeItselfIsSaidOnce) {
    Play play;
    EXPECT_THAT(play.tick(Running{Life::kDead, {}}).remarks, SizeIs(1));
    EXPECT_THAT(play.tick(Running{Life::kDead, {}}).remarks, IsEmpty());
    (void)play.tick(std::vector<RunningJob>{});
    EXPECT_THAT(play.tick(Running{Life::kUnknown, {}}).remarks, SizeIs(1));
}

}  // namespace orch::reaper

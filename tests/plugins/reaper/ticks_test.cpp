#include <gmock/gmock.h>

#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ReaperTicksTest, TicksCloserThanHalfTheIntervalCountAsOne) {
    Play play;
    (void)play.tick({gone()});
    for (int i = 0; i < 20; ++i) EXPECT_THAT(play.tick({gone()}, 500ms).orders, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 5s).orders, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 15s).orders, SizeIs(1));
}

TEST(ReaperTicksTest, HalfTheIntervalIsATick) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()}, 15s);
    EXPECT_THAT(play.tick({gone()}, 15s).orders, SizeIs(1));
}

TEST(ReaperTicksTest, ATickThatCameEarlyStillSeesLife) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()});
    (void)play.tick({alive()}, 1s);
    EXPECT_THAT(play.tick({gone()}).orders, IsEmpty());
}

TEST(ReaperTicksTest, ATickThatCameEarlyStillActsOnExitRecords) {
    Play play;
    (void)play.tick({gone()});
    auto ended = gone();
    ended.exit = ExitRecord::kValid;
    EXPECT_THAT(play.tick({ended}, 1s).orders, SizeIs(1));
}

// A suspended machine: awake time stands still, so the tick after it is one tick, and no more.
TEST(ReaperTicksTest, ANightAsleepIsOneTick) {
    Play play;
    (void)play.tick({gone()});
    EXPECT_THAT(play.tick({gone()}, 100ms).orders, IsEmpty());
    EXPECT_THAT(play.tick({gone()}, 30s).orders, IsEmpty());
}

// proves R7: a new orchd remembers nothing, which delays and never hastens
TEST(ReaperTicksTest, ID19ANewOrchdBeginsToCountAgain) {
    Play before;
    (void)before.tick({gone()});
    (void)before.tick({gone()});
    Play after;
    EXPECT_THAT(after.tick({gone()}).orders, IsEmpty());
    EXPECT_THAT(after.tick({gone()}).orders, IsEmpty());
    EXPECT_THAT(after.tick({gone()}).orders, SizeIs(1));
}

TEST(ReaperTicksTest, WhenOrchdDoesNotSeeItselfNothingCounts) {
    for (const auto self : {Life::kDead, Life::kUnknown}) {
        Play play;
        auto ended = numbered(8, gone());
        ended.exit = ExitRecord::kValid;
        (void)play.tick({gone()});
        (void)play.tick({gone()});
        EXPECT_THAT(play.tick(Running{self, {gone(), ended}}).orders, IsEmpty());
        EXPECT_THAT(play.tick({gone()}).orders, SizeIs(1)) << "frozen, not forgotten";
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

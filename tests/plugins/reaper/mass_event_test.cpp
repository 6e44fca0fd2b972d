#include <gmock/gmock.h>

#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct ReaperMassEventTest : ::testing::Test {
    Play play{{.dead_ticks = 1}};
};

TEST_F(ReaperMassEventTest, ManyDeathsAtOnceWaitForASecondFullTick) {
    EXPECT_THAT(play.tick(many(10, gone())).orders, IsEmpty());
    EXPECT_THAT(play.tick(many(10, gone())).orders, SizeIs(10));
}

TEST_F(ReaperMassEventTest, TheDelayIsToldOnce) {
    const auto first = play.tick(many(10, gone()));
    ASSERT_THAT(first.notices, SizeIs(1));
    EXPECT_THAT(first.notices[0].text, HasSubstr("10 of 10 running jobs"));
    EXPECT_THAT(play.tick(many(10, gone())).notices, IsEmpty());
}

TEST_F(ReaperMassEventTest, ATickTooCloseDoesNotAgree) {
    (void)play.tick(many(10, gone()));
    EXPECT_THAT(play.tick(many(10, gone()), Milliseconds{100}).orders, IsEmpty());
    EXPECT_THAT(play.tick(many(10, gone())).orders, SizeIs(10));
}

TEST_F(ReaperMassEventTest, WhoWasAliveAfterAllIsLeftAlone) {
    (void)play.tick(many(10, gone()));
    EXPECT_THAT(play.tick(many(10, alive())).orders, IsEmpty());
}

TEST_F(ReaperMassEventTest, ExitRecordsPass) {
    auto ended = gone();
    ended.exit = ExitRecord::kValid;
    EXPECT_THAT(play.tick(many(10, ended)).orders, SizeIs(10));
}

TEST_F(ReaperMassEventTest, ABootIdPasses) {
    auto rebooted = gone();
    rebooted.same_boot = false;
    (void)play.tick(many(10, rebooted));
    const auto decided = play.tick(many(10, rebooted));
    EXPECT_THAT(decided.orders, SizeIs(10));
    EXPECT_THAT(decided.notices, IsEmpty());
}

TEST_F(ReaperMassEventTest, FactsPassBesideAMassThatWaits) {
    auto jobs = many(10, gone());
    jobs[3].exit = ExitRecord::kValid;
    EXPECT_THAT(play.tick(jobs).orders, SizeIs(1));
}

TEST_F(ReaperMassEventTest, ThoseLeftOutAsWellCountAmongAll) {
    const Running seen{.self = Life::kAlive, .jobs = many(10, gone()), .left_out = 90};
    const Moment now{.awake = std::chrono::hours{1}, .interval = std::chrono::seconds{30}};
    EXPECT_THAT(decide(seen, {.dead_ticks = 1}, now, {}).orders, SizeIs(10));
}

TEST_F(ReaperMassEventTest, ThreeOfAFewAreNoMass) {
    EXPECT_THAT(play.tick(many(3, gone())).orders, SizeIs(3));
}

}  // namespace orch::reaper

#include <gmock/gmock.h>

#include "plugins/reaper/play.hpp"

namespace orch::reaper {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(ReaperAttemptsTest, TheNextAttemptHasAStreakOfItsOwn) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()});
    auto next = gone();
    next.attempt = 3;
    EXPECT_THAT(play.tick({next}).orders, IsEmpty());
}

// proves R3: what is ordered is exactly what was seen; a row that changed since is another
TEST(ReaperAttemptsTest, TheOrderNamesWhatWasSeen) {
    Play play({.dead_ticks = 1});
    const auto decided = play.tick({gone()});
    ASSERT_THAT(decided.orders, SizeIs(1));
    const auto& order = decided.orders[0];
    EXPECT_EQ(order.job, 7);
    EXPECT_EQ(order.attempt, 2);
    EXPECT_EQ(order.pid, 4711);
    EXPECT_EQ(order.pid_start, 99U);
}

TEST(ReaperAttemptsTest, AnAttemptThatIsNoLongerListedIsForgotten) {
    Play play;
    (void)play.tick({gone()});
    (void)play.tick({gone()});
    (void)play.tick(std::vector<RunningJob>{});
    EXPECT_THAT(play.memory().attempts, IsEmpty());
    EXPECT_THAT(play.tick({gone()}).orders, IsEmpty());
}

TEST(ReaperAttemptsTest, WhatCouldNotBeEndedIsOrderedAgain) {
    Play play({.dead_ticks = 2});
    (void)play.tick({gone()});
    EXPECT_THAT(play.tick({gone()}).orders, SizeIs(1));
    EXPECT_THAT(play.tick({gone()}).orders, SizeIs(1));
}

TEST(ReaperAttemptsTest, TheSameDecisionHasTheSameWordsAtEveryTick) {
    Play play({.dead_ticks = 2});
    (void)play.tick({gone()});
    const auto first = play.tick({gone()}).orders.at(0).why;
    const auto second = play.tick({gone()}).orders.at(0).why;
    EXPECT_EQ(first.decision, second.decision);
    EXPECT_EQ(first.evidence, second.evidence);
}

TEST(ReaperAttemptsTest, TheWhySaysRuleSentenceAndEvidence) {
    Play play({.dead_ticks = 1});
    auto job = gone("zombie");
    job.lock = Lock::kFree;
    job.group = 3;
    const auto why = play.tick({job}).orders.at(0).why;
    EXPECT_EQ(why.rule, "process_died");
    EXPECT_EQ(why.decision, "job 7.2 is lost: its process 4711 is a zombie (seen at 1 tick)");
    EXPECT_THAT(why.evidence, Contains(Pair("orphans", "3")));
    EXPECT_THAT(why.evidence, Contains(Pair("lock", "free")));
    EXPECT_THAT(why.evidence, Contains(Pair("process", "dead (zombie)")));
}

// proves R4: the reaper names no outcome; the gate judges what ended
TEST(ReaperAttemptsTest, AnExitRecordIsHandedOnAsWhatItIs) {
    Play play;
    auto job = gone();
    job.exit = ExitRecord::kValid;
    job.exit_code = 0;
    const auto order = play.tick({job}).orders.at(0);
    EXPECT_EQ(order.cause, Cause::kExitRecord);
    EXPECT_EQ(order.why.decision, "job 7.2 is over: its exit record says exit 0");
    job.exit_code.reset();
    job.signal = 9;
    EXPECT_THAT(play.tick({job}).orders.at(0).why.decision, HasSubstr("signal 9"));
}

TEST(ReaperAttemptsTest, AStaleExitRecordIsSaidOnce) {
    Play play;
    auto job = held();
    job.exit = ExitRecord::kForeign;
    const auto remarks = play.tick({job}).remarks;
    ASSERT_THAT(remarks, SizeIs(1));
    EXPECT_EQ(remarks[0].why.rule, "stale_exit_record");
    EXPECT_EQ(remarks[0].subject, "job 7");
    EXPECT_THAT(play.tick({job}).remarks, IsEmpty());
}

TEST(ReaperAttemptsTest, ADamagedExitRecordIsSaidOnceAnAttempt) {
    Play play;
    auto job = held();
    job.exit = ExitRecord::kDamaged;
    EXPECT_EQ(play.tick({job}).remarks.at(0).why.rule, "damaged_exit_record");
    EXPECT_THAT(play.tick({job}).remarks, IsEmpty());
    job.attempt = 3;
    EXPECT_THAT(play.tick({job}).remarks, SizeIs(1));
}

TEST(ReaperAttemptsTest, AProcessOnlyItsShimKnowsOfCountsToo) {
    Play play({.dead_ticks = 1});
    auto job = gone();
    job.pid.reset();
    job.lock = Lock::kFree;
    const auto order = play.tick({job}).orders.at(0);
    EXPECT_EQ(order.cause, Cause::kProcessDied);
    EXPECT_FALSE(order.pid);
    job.process = Life::kAlive;
    job.running = std::chrono::hours{1};
    EXPECT_THAT(play.tick({job}).orders, IsEmpty());
}

}  // namespace orch::reaper

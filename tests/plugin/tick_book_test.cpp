#include "plugin/tick_book.hpp"

#include <gmock/gmock.h>

#include "support/fake_clock.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = QuarantineNote::Kind;

struct TickBookTest : ::testing::Test {
    TickBookTest() { book.setOn(reaper, true, clock.now()); }

    TickBook::Work after(std::chrono::nanoseconds span) {
        clock.forward(span);
        return book.take(clock.now());
    }
    /// The tick that is due next, from its moment on.
    void tick(std::chrono::nanoseconds took = 1ms, const EntryEnd& end = {}) {
        keepNotes();
        clock.forward(std::max(until(book.next()), std::chrono::nanoseconds{0}));
        ASSERT_THAT(book.take(clock.now()).ticks, ElementsAre(reaper));
        book.tickBegan(reaper, clock.now());
        clock.forward(took);
        book.ended(reaper, end, clock.now());
    }
    void failingTick() { tick(1ms, {false, "tick threw: boom"}); }
    void keepNotes() {
        for (auto& note : book.takeNotes()) told.push_back(std::move(note));
    }
    [[nodiscard]] std::vector<Kind> notes() {
        keepNotes();
        std::vector<Kind> kinds;
        for (const auto& note : told) kinds.push_back(note.kind);
        return kinds;
    }
    [[nodiscard]] TickStatus status() { return book.status(reaper, clock.now()); }
    [[nodiscard]] std::chrono::nanoseconds until(std::optional<AwakeTime> moment) {
        return moment.value() - clock.now().awake;
    }

    FakeClock clock;
    TickBook book;
    TickedId reaper = book.add("reaper", {10s, 30s});
    std::vector<QuarantineNote> told;
};

TEST_F(TickBookTest, APluginTicksAtOnceWhenItIsFirstOnAndThenOnItsGrid) {
    EXPECT_THAT(book.take(clock.now()).ticks, ElementsAre(reaper));
    book.tickBegan(reaper, clock.now());
    book.ended(reaper, {}, clock.now());
    EXPECT_TRUE(after(10s - 1ns).empty());
    EXPECT_THAT(after(1ns).ticks, ElementsAre(reaper));
}

TEST_F(TickBookTest, APluginThatWasAddedIsOff) {
    TickBook other;
    (void)other.add("x", {1s, 1s});
    EXPECT_EQ(other.next(), std::nullopt);
}

TEST_F(TickBookTest, WhatATickTakesNeverMovesTheGrid) {
    for (int i = 0; i < 100; ++i) tick(3s + 7ms);
    EXPECT_EQ(until(book.next()), 10s - 3s - 7ms);
    EXPECT_EQ(status().missed, 0);
    EXPECT_EQ(status().ticks, 100);
}

TEST_F(TickBookTest, NoTickBeginsWhileOneRuns) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    EXPECT_THAT(after(10s).ticks, IsEmpty());
    book.tickBegan(reaper, clock.now());
    EXPECT_THAT(after(10s).ticks, IsEmpty());
}

TEST_F(TickBookTest, PointsThatALongTickPassesOverAreCountedAndNotReplayed) {
    tick(25s);
    EXPECT_EQ(status().missed, 2);
    EXPECT_EQ(until(book.next()), 5s);
}

TEST_F(TickBookTest, AStoppedProcessOwesOneTickForAllItMissed) {
    tick(0s);
    EXPECT_THAT(after(45s).ticks, ElementsAre(reaper));
    book.tickBegan(reaper, clock.now());
    book.ended(reaper, {}, clock.now());
    EXPECT_EQ(status().missed, 3);
    EXPECT_THAT(after(0s).ticks, IsEmpty());
    EXPECT_EQ(until(book.next()), 5s);
}

TEST_F(TickBookTest, APluginThatIsOffIsNotTickedAndMissesNothing) {
    tick(0s);
    book.setOn(reaper, false, clock.now());
    EXPECT_EQ(book.next(), std::nullopt);
    clock.forward(1h + 3s);
    book.setOn(reaper, true, clock.now());
    EXPECT_EQ(until(book.next()), 7s);
    tick(0s);
    EXPECT_EQ(status().missed, 0);
}

TEST_F(TickBookTest, ATickThatRunsWhenThePluginIsSwitchedOffIsTheLast) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickBegan(reaper, clock.now());
    book.setOn(reaper, false, clock.now());
    book.ended(reaper, {}, clock.now());
    EXPECT_EQ(book.next(), std::nullopt);
    EXPECT_EQ(status().ticks, 1);
}

TEST_F(TickBookTest, ATickThatIsDroppedCountsNothing) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickDropped(reaper, "", clock.now());
    EXPECT_EQ(until(book.next()), 10s);
    EXPECT_EQ(status().ticks, 0);
    EXPECT_EQ(status().failures, 0);
}

TEST_F(TickBookTest, ATickThatCouldNotBeHandedOverIsAFailure) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickDropped(reaper, "its thread is gone", clock.now());
    EXPECT_EQ(status().failures, 1);
    EXPECT_EQ(status().last_error, "its thread is gone");
}

TEST_F(TickBookTest, ANewIntervalHoldsFromNowOn) {
    tick(0s);
    clock.forward(4s);
    book.retune(reaper, {1h, 1s}, clock.now());
    EXPECT_EQ(until(book.next()), 1h);
}

TEST_F(TickBookTest, ATickWaitsForAnotherEntryAndIsLate) {
    tick(0s);
    clock.forward(9s);
    book.began(reaper, "run of job 7", clock.now());
    EXPECT_THAT(after(2s).ticks, IsEmpty());
    book.ended(reaper, {}, clock.now());
    tick(0s);
    EXPECT_EQ(status().late_p99, 1s);
}

TEST_F(TickBookTest, ATickHandedOverJustBeforeAnotherEntryBeganComesAfterIt) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.began(reaper, "run of job 7", clock.now());
    clock.forward(20s);
    book.ended(reaper, {}, clock.now());
    EXPECT_TRUE(after(25s).empty());
    book.tickBegan(reaper, clock.now());
    book.ended(reaper, {}, clock.now());
    EXPECT_EQ(status().ticks, 1);
}

TEST_F(TickBookTest, TheStatusShowsTheLastTickTheNextAndTheirTimes) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    clock.forward(2ms);
    const auto began = clock.now().at;
    book.tickBegan(reaper, clock.now());
    clock.forward(5ms);
    book.ended(reaper, {}, clock.now());
    EXPECT_EQ(status().last_tick, began);
    EXPECT_EQ(status().since, began);
    EXPECT_EQ(status().next_in, 10s - 7ms);
    EXPECT_EQ(status().late_p99, 2ms);
    EXPECT_EQ(status().tick_p50, 5ms);
}

// proves H6: a tick that hangs
TEST_F(TickBookTest, IH9ATickPastItsDeadlineIsVisibleCancelledAndAFailure) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickBegan(reaper, clock.now());
    EXPECT_TRUE(after(30s - 1ns).empty());
    EXPECT_THAT(book.hung(clock.now()), IsEmpty());
    EXPECT_THAT(after(1ns).cancelled, ElementsAre(reaper));
    EXPECT_THAT(after(15s).cancelled, IsEmpty());
    EXPECT_THAT(book.hung(clock.now()),
                ElementsAre("plugin reaper: its tick runs since 2026-11-22T14:00:00Z, 45 s; its "
                            "limit is 30 s"));
    EXPECT_EQ(status().failures, 1);
}

TEST_F(TickBookTest, IH9AHungTickIsVisibleEvenWhenNobodyHasLookedAtTheClock) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickBegan(reaper, clock.now());
    clock.forward(31s);
    EXPECT_EQ(book.hung(clock.now()).size(), 1U);
    EXPECT_THAT(status().hung, HasSubstr("31 s"));
}

TEST_F(TickBookTest, IH9AHungTickThatComesBackIsOneFailureAndTicksAgain) {
    tick(45s);
    EXPECT_THAT(book.hung(clock.now()), IsEmpty());
    EXPECT_EQ(status().failures, 1);
    EXPECT_EQ(status().failures_in_a_row, 1);
    tick(0s);
    EXPECT_EQ(status().failures_in_a_row, 0);
}

TEST_F(TickBookTest, IH9AHungTickThatComesBackIsNotCountedTwice) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickBegan(reaper, clock.now());
    ASSERT_FALSE(after(30s).empty());
    book.ended(reaper, {false, "cancelled"}, clock.now());
    EXPECT_EQ(status().failures, 1);
}

TEST_F(TickBookTest, IH9ATickThatNeverBeginsIsVisibleToo) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    EXPECT_THAT(after(30s).cancelled, ElementsAre(reaper));
    EXPECT_THAT(status().hung, HasSubstr("its tick has not begun since"));
}

TEST_F(TickBookTest, IH9AnyOtherEntryHasTheSameDeadline) {
    tick(0s);
    book.began(reaper, "run of job 7", clock.now());
    EXPECT_THAT(after(30s).cancelled, ElementsAre(reaper));
    EXPECT_THAT(status().hung, HasSubstr("its run of job 7 runs since"));
}

// proves H6: a tick that throws
TEST_F(TickBookTest, ID15ThreeFailuresInARowAreOneNoteAndAMinuteOfQuiet) {
    for (int i = 0; i < 3; ++i) failingTick();
    ASSERT_THAT(notes(), ElementsAre(Kind::kBegun));
    EXPECT_EQ(told[0].sentence(),
              "plugin reaper is left alone for 1 m after 3 failures in a row; the last: tick "
              "threw: boom");
    EXPECT_GE(until(book.next()), 1min);
    EXPECT_LT(until(book.next()), 1min + 10s);
    EXPECT_THAT(status().quarantine, HasSubstr("after 3 failures in a row"));
}

TEST_F(TickBookTest, ID15APluginThatFailsForADayIsToldOfOnceAndTriedLessAndLess) {
    const auto end = clock.now().awake + 24h;
    while (clock.now().awake < end) failingTick();
    const auto kinds = notes();
    EXPECT_EQ(std::ranges::count(kinds, Kind::kBegun), 1);
    EXPECT_LE(kinds.size(), 32U);
    EXPECT_GE(kinds.size(), 26U);  // never given up
}

TEST_F(TickBookTest, ID15OneSuccessEndsTheQuarantineAndIsToldOnce) {
    for (int i = 0; i < 4; ++i) failingTick();
    tick();
    tick();
    EXPECT_THAT(notes(), ElementsAre(Kind::kBegun, Kind::kLonger, Kind::kOver));
    EXPECT_EQ(status().quarantine, "");
    EXPECT_EQ(until(book.next()), 10s - 1ms);
}

TEST_F(TickBookTest, ID15PointsOfTheGridWithinAQuarantineAreNotMissed) {
    for (int i = 0; i < 4; ++i) failingTick();
    EXPECT_EQ(status().missed, 0);
    EXPECT_EQ(status().late_p99, 0s);
}

TEST_F(TickBookTest, ID15ASuccessOfAnotherEntryEndsTheQuarantineToo) {
    for (int i = 0; i < 6; ++i) failingTick();
    book.began(reaper, "run of job 7", clock.now());
    book.ended(reaper, {}, clock.now());
    EXPECT_LE(status().next_in, 10s);
}

// proves H6: one plugin's trouble is no other's
TEST_F(TickBookTest, AHungPluginHoldsUpNobodyElse) {
    const auto other = book.add("mergelease", {10s, 30s});
    book.setOn(other, true, clock.now());
    EXPECT_THAT(book.take(clock.now()).ticks, ElementsAre(reaper, other));
    book.tickBegan(other, clock.now());
    book.ended(other, {}, clock.now());
    EXPECT_THAT(after(10s).ticks, ElementsAre(other));
}

TEST_F(TickBookTest, WhoHasLeftIsNeitherTickedNorHung) {
    ASSERT_FALSE(book.take(clock.now()).empty());
    book.tickBegan(reaper, clock.now());
    book.remove(reaper);
    EXPECT_TRUE(after(1h).empty());
    EXPECT_THAT(book.hung(clock.now()), IsEmpty());
    book.ended(reaper, {false, "late"}, clock.now());
    EXPECT_THAT(book.takeNotes(), IsEmpty());
}

TEST(LastValuesTest, ThePercentileIsByNearestRankOverTheLast256) {
    LastValues values;
    EXPECT_EQ(values.percentile(0.5), std::nullopt);
    for (int i = 0; i < 1000; ++i) values.add(std::chrono::microseconds{i});
    EXPECT_EQ(values.percentile(0.0), 744us);
    EXPECT_EQ(values.percentile(0.5), 871us);
    EXPECT_EQ(values.percentile(1.0), 999us);
}

TEST(LastValuesTest, OneValueIsEveryPercentile) {
    LastValues values;
    values.add(7us);
    EXPECT_EQ(values.percentile(0.01), 7us);
    EXPECT_EQ(values.percentile(0.99), 7us);
}

}  // namespace orch::testing

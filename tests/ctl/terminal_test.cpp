#include "ctl/terminal.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "ctl/table.hpp"
#include "ctl/when.hpp"

namespace orch::ctl {

TEST(Harmless, KeepsWordsAndNewlinesAndReplacesWhatCommands) {
    EXPECT_EQ(harmless("grüße\n\tzwei"), "grüße\n\tzwei");
    EXPECT_EQ(harmless("a\x1b[2Jb\x9bm"), "a\uFFFD[2Jb\uFFFDm");
    EXPECT_EQ(harmless("a\r\nb\rc"), "a\nb\uFFFDc");
    EXPECT_EQ(harmless("x\u202Egpj.exe\u200B"), "x\uFFFDgpj.exe\uFFFD");
}

TEST(Harmless, ALineIsALine) {
    EXPECT_EQ(harmlessLine("  two\n\n lines\t"), "two lines");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
    EXPECT_EQ(displayWidth("grüße"), 5U);
    EXPECT_EQ(displayWidth("日本"), 4U);
    EXPECT_EQ(displayWidth("e\u0301"), 1U);
}

TEST(Fit, CutsBetweenCharacters) {
    EXPECT_EQ(fit("grüße", 5), "grüße");
    EXPECT_EQ(fit("grüße", 4), "grü…");
    EXPECT_EQ(fit("日本語", 4), "日…");
}

TEST(Terminal, PaintsOnlyWithColours) {
    EXPECT_EQ((Terminal{false, false, 0}).paint(Tint::kRed, "no"), "no");
    EXPECT_EQ((Terminal{true, true, 80}).paint(Tint::kRed, "no"), "\x1b[31mno\x1b[0m");
}

TEST(Terminal, AFileIsNone) {
    EXPECT_FALSE(terminalOf(-1).tty);
    EXPECT_FALSE(terminalOf(-1).colours);
}

TEST(Table, LastColumnIsNotPadded) {
    Table table{{"A", "B"}, "B"};
    table.add({Cell{"long one"}, Cell{"x"}});
    std::ostringstream out;
    table.print(out, {});
    EXPECT_EQ(out.str(), "A         B\nlong one  x\n");
}

TEST(When, ReadsOrchdsMomentsOnly) {
    EXPECT_EQ(parseUtc("1970-01-01T00:01:40Z"), WallClock{std::chrono::seconds{100}});
    EXPECT_EQ(parseUtc("1970-01-01T00:01:40.250Z"), WallClock{std::chrono::seconds{100}});
    EXPECT_FALSE(parseUtc("yesterday"));
    EXPECT_FALSE(parseUtc("1970-01-01T00:01:40"));
}

TEST(When, WhatIsNoMomentReachesNoTerminalAsItIs) {
    EXPECT_EQ(localTime("\x1b]0;x\x07"
                        "soon",
                        {}),
              "\uFFFD]0;x\uFFFDsoon");
}

TEST(When, MomentsInATextBecomeLocalOnes) {
    const auto now = *parseUtc("2026-11-22T14:30:00Z");
    EXPECT_EQ(withLocalTimes("since 2026-11-22T14:02:00Z (28 m), 2026", now),
              "since " + localTime("2026-11-22T14:02:00Z", now) + " (28 m), 2026");
    EXPECT_EQ(withLocalTimes("never", now), "never");
}

TEST(When, AgesAreSpoken) {
    const WallClock now{std::chrono::hours{10}};
    EXPECT_EQ(age("1970-01-01T06:50:00Z", now), "3 h 10 m");
    EXPECT_EQ(age("1970-01-01T10:00:00Z", now), "0 s");
    EXPECT_EQ(age("", now), "-");
}

}  // namespace orch::ctl

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"

namespace orch {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

RC_GTEST_PROP(DurationTest, ParsingUndoesFormatting, ()) {
    const milliseconds span{*rc::gen::suchThat<std::int64_t>([](auto ms) { return ms >= 0; })};
    RC_ASSERT(parseDuration(formatDuration(span)) == span);
}

TEST(DurationTest, HasFiveUnits) {
    EXPECT_EQ(parseDuration("250ms"), 250ms);
    EXPECT_EQ(parseDuration("30s"), 30s);
    EXPECT_EQ(parseDuration("15m"), 15min);
    EXPECT_EQ(parseDuration("2h"), 2h);
    EXPECT_EQ(parseDuration("1d"), 24h);
    EXPECT_EQ(parseDuration("0s"), 0ms);
}

TEST(DurationTest, IsNothingElse) {
    for (const auto* text :
         {"", "5", "s", "-1s", "+1s", "1.5h", "1 s", " 1s", "1s ", "1S", "1h30m", "0x1s", "1w"}) {
        EXPECT_FALSE(parseDuration(text)) << text;
    }
}

TEST(DurationTest, TooLongIsNothing) {
    EXPECT_EQ(parseDuration("9223372036854775807ms"), milliseconds::max());
    EXPECT_FALSE(parseDuration("9223372036854775808ms"));
    EXPECT_FALSE(parseDuration("106751991168d"));
    EXPECT_FALSE(parseDuration("99999999999999999999s"));
}

TEST(DurationTest, IsWrittenInTheLargestWholeUnit) {
    EXPECT_EQ(formatDuration(90s), "90s");
    EXPECT_EQ(formatDuration(120s), "2m");
    EXPECT_EQ(formatDuration(48h), "2d");
    EXPECT_EQ(formatDuration(0ms), "0s");
    EXPECT_EQ(formatDuration(milliseconds::min()), "-9223372036854775808ms");
}

TEST(DurationTest, IsSpokenInTwoUnits) {
    EXPECT_EQ(spokenDuration(3h + 10min + 59s), "3 h 10 m");
    EXPECT_EQ(spokenDuration(52h), "2 d 4 h");
    EXPECT_EQ(spokenDuration(5min), "5 m");
    EXPECT_EQ(spokenDuration(12'900ms), "12 s");
    EXPECT_EQ(spokenDuration(499ms), "0.4 s");
    EXPECT_EQ(spokenDuration(40ms), "40 ms");
    EXPECT_EQ(spokenDuration(0ms), "0 s");
    EXPECT_EQ(spokenDuration(-61s), "-1 m 1 s");
}

RC_GTEST_PROP(BytesTest, ParsingUndoesFormatting, (std::uint64_t bytes)) {
    RC_ASSERT(parseBytes(formatBytes(bytes)) == bytes);
}

TEST(BytesTest, CountInPowersOfAThousand) {
    EXPECT_EQ(parseBytes("50MB"), 50'000'000U);
    EXPECT_EQ(parseBytes("10GB"), 10'000'000'000U);
    EXPECT_EQ(parseBytes("512B"), 512U);
    EXPECT_EQ(formatBytes(64'000), "64KB");
    EXPECT_EQ(formatBytes(0), "0B");
}

TEST(BytesTest, AreSpokenRoundedDown) {
    EXPECT_EQ(spokenBytes(0), "0 B");
    EXPECT_EQ(spokenBytes(999), "999 B");
    EXPECT_EQ(spokenBytes(1'449'000'000), "1.4 GB");
    EXPECT_EQ(spokenBytes(812'999'999), "812 MB");
    EXPECT_EQ(spokenBytes(2'000'000'000'000'000), "2000 TB");
}

TEST(BytesTest, AreNothingElse) {
    for (const auto* text : {"", "5", "5mb", "5MiB", "-5MB", "5 MB", "MB", "18446745TB"}) {
        EXPECT_FALSE(parseBytes(text)) << text;
    }
}

TEST(UtcTest, IsIso8601InWholeSeconds) {
    const std::chrono::system_clock::time_point epoch{};
    EXPECT_EQ(formatUtc(epoch + 1795356000s + 999ms), "2026-11-22T14:00:00Z");
    EXPECT_EQ(formatUtc(epoch - 1ms), "1969-12-31T23:59:59Z");
}

}  // namespace orch

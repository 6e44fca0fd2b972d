#include "orch/units.hpp"

#include <gtest/gtest.h>

namespace orch {

using namespace orch::literals;
using namespace std::chrono_literals;

TEST(UnitsTest, SizesAreReadAsInTheConfiguration) {
    EXPECT_EQ(parseSize("10GB"), 10_GB);
    EXPECT_EQ(parseSize("64KB"), 64_KB);
    EXPECT_EQ(parseSize("512B"), 512U);
    EXPECT_EQ(parseSize("3MB"), 3'000'000U);
    EXPECT_EQ(parseSize("1TB"), 1_TB);
}

TEST(UnitsTest, WhatIsNoSizeIsNothing) {
    for (const auto* text : {"", "GB", "10", "10 GB", "10gb", "-1GB", "1.5GB", "10GBs"}) {
        EXPECT_FALSE(parseSize(text)) << text;
    }
    EXPECT_FALSE(parseSize("99999999999TB"));
}

TEST(UnitsTest, SpansAreReadAsInTheConfiguration) {
    EXPECT_EQ(parseSpan("30s"), 30s);
    EXPECT_EQ(parseSpan("250ms"), 250ms);
    EXPECT_EQ(parseSpan("2h"), 2h);
    EXPECT_EQ(parseSpan("1d"), 24h);
    EXPECT_FALSE(parseSpan("30"));
    EXPECT_FALSE(parseSpan("9223372036854775807s"));
}

TEST(UnitsTest, SizesAreSpokenRoundedDown) {
    EXPECT_EQ(bytes(9'387'000'000), "9.3 GB");
    EXPECT_EQ(bytes(812'999'999), "812 MB");
    EXPECT_EQ(bytes(2'000'000'000'000), "2 TB");
    EXPECT_EQ(bytes(999), "999 B");
    EXPECT_EQ(bytes(0), "0 B");
    EXPECT_EQ(bytes(std::numeric_limits<std::uint64_t>::max()), "18446744 TB");
}

}  // namespace orch

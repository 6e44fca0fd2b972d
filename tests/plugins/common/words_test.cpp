#include "common/words.hpp"

#include <gtest/gtest.h>

namespace orch::common {

using namespace std::chrono_literals;

TEST(WordsTest, ASpanIsSpokenInItsTwoLargestUnits) {
    EXPECT_EQ(spoken(40ms), "40 ms");
    EXPECT_EQ(spoken(12s), "12 s");
    EXPECT_EQ(spoken(5min + 3s), "5 m 3 s");
    EXPECT_EQ(spoken(2h), "2 h");
    EXPECT_EQ(spoken(3h + 10min + 59s), "3 h 10 m");
    EXPECT_EQ(spoken(52h), "2 d 4 h");
}

}  // namespace orch::common

#include "base/proc_stat.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace orch {

/// The line of a process called `name`: proc(5)'s fields, each with its own number as value.
std::string lineOf(const std::string& name, char state = 'S', int threads = 20) {
    std::string line = "1 (" + name + ") " + state;
    for (int n = 4; n <= 52; ++n) line += " " + std::to_string(n == 20 ? threads : n);
    return line + "\n";
}

TEST(ProcStatTest, FieldsAreTakenByTheirNumber) {
    const auto stat = parseProcStat(lineOf("cat"));
    ASSERT_TRUE(stat);
    EXPECT_EQ(stat->state, 'S');
    EXPECT_EQ(stat->parent, 4);
    EXPECT_EQ(stat->group, 5);
    EXPECT_EQ(stat->session, 6);
    EXPECT_EQ(stat->cpu_ticks, 14U + 15 + 16 + 17);
    EXPECT_EQ(stat->threads, 20);
    EXPECT_EQ(stat->start, 22U);
}

TEST(ProcStatTest, NegativeFieldsAreFields) {
    EXPECT_EQ(parseProcStat("1 (cat) R 4 5 6 7 -1 9 10 11 12 13 14 15 16 17 -2 0 20 0 22")->start,
              22U);
}

RC_GTEST_PROP(ProcStatTest, NoNameMisleads, (const std::string& name)) {
    const auto stat = parseProcStat(lineOf(name + ") R 1 (b"));
    RC_ASSERT(stat.has_value());
    RC_ASSERT(stat->state == 'S' && stat->parent == 4 && stat->start == 22U);
}

TEST(ProcStatTest, CutTextIsNothing) {
    const std::string line = lineOf("cat");
    for (std::size_t size = 0; size < line.find(" 22"); ++size) {
        EXPECT_FALSE(parseProcStat(line.substr(0, size))) << line.substr(0, size);
    }
}

RC_GTEST_PROP(ProcStatTest, AnyTextIsTaken, (const std::string& text)) {
    (void)parseProcStat(text);
    (void)parseProcStat("1 (a) " + text);
}

TEST(ProcStatTest, ZombieWithThreadsHasNotEnded) {
    EXPECT_TRUE(parseProcStat(lineOf("cat", 'Z', 1))->ended());
    EXPECT_FALSE(parseProcStat(lineOf("cat", 'Z', 2))->ended());
    EXPECT_TRUE(parseProcStat(lineOf("cat", 'X', 1))->ended());
    EXPECT_FALSE(parseProcStat(lineOf("cat", 'T', 1))->ended());
}

}  // namespace orch

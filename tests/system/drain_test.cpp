#include <gtest/gtest.h>

#include <cstdlib>

#include "system/installation.hpp"

namespace orch::testing {

/// Many changes that are ready at the same time: each landing moves the base under the others.
struct DrainTest : ::testing::Test {
    static int tasks() { return std::getenv("ORCH_LONG_TESTS") != nullptr ? 100 : 12; }
    [[nodiscard]] int number(const std::string& sql) const { return std::stoi(world.one(sql)); }
    Installation world;
};

// proves L1, L4
TEST_F(DrainTest, ManyTasksThatWaitToMergeAllLandOnce) {
    world.script("developer", "begin; change; end");
    world.script("check", "begin; end");
    world.settings.queue =
        "{max_concurrency: 4, exec_concurrency: 2, retry: {base: 50ms, cap: 200ms, later: 200ms}}";
    world.start();
    ASSERT_EQ(world.orchctl({"queue", "pause"}).code, 0);
    for (int i = 0; i < tasks(); ++i) world.addTask("Change " + std::to_string(i));
    ASSERT_EQ(world.orchctl({"queue", "resume"}).code, 0);
    const auto all = std::to_string(tasks());
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM tasks WHERE state='done'", all, 280s));
    for (int i = 1; i <= tasks(); ++i) EXPECT_EQ(world.landings("T-" + std::to_string(i)), 1);
    RecordProperty("checks", number("SELECT count(*) FROM jobs WHERE agent='check'"));
    RecordProperty("most_checks_of_one",
                   number("SELECT max(n) FROM (SELECT count(*) n FROM jobs WHERE agent='check' "
                          "GROUP BY task_id)"));
}

}  // namespace orch::testing

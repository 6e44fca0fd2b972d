#include "core/merge_turn.hpp"

#include <gtest/gtest.h>

namespace orch::testing {

namespace {

Task overtaken(int id, int times) {
    Task task{.id = TaskId{id}};
    task.progress.retests = times;
    return task;
}

}  // namespace

TEST(MergeTurnTest, WhoeverIsReadyLandsAsLongAsNobodyWasOvertakenTooOften) {
    EXPECT_FALSE(landsBefore(overtaken(2, 0), {{TaskId{1}, kMostOvertaken - 1}}));
    EXPECT_FALSE(landsBefore(overtaken(2, 0), {}));
}

TEST(MergeTurnTest, WhoWasOvertakenTooOftenLandsFirst) {
    EXPECT_EQ(landsBefore(overtaken(1, 0), {{TaskId{2}, kMostOvertaken}})->task, TaskId{2});
    EXPECT_FALSE(landsBefore(overtaken(2, kMostOvertaken), {{TaskId{1}, 0}}));
}

TEST(MergeTurnTest, NoTwoTasksWaitForEachOther) {
    const Retested one{TaskId{1}, 4};
    const Retested two{TaskId{2}, 4};
    EXPECT_FALSE(landsBefore(overtaken(1, 4), {two}));
    EXPECT_EQ(landsBefore(overtaken(2, 4), {one})->task, TaskId{1});
}

TEST(MergeTurnTest, TheMostOvertakenGoesFirstAmongSeveral) {
    const auto first = landsBefore(overtaken(9, 0), {{TaskId{1}, 3}, {TaskId{2}, 5}});
    EXPECT_EQ(first->task, TaskId{2});
    EXPECT_LT(turnPriority(overtaken(1, 5)), turnPriority(overtaken(2, 3)));
}

}  // namespace orch::testing

#include <gmock/gmock.h>

#include "pipeline/world.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace {

/// A task whose check fails with its change, and on the base alone.
TaskId checkedRedOnTheBaseToo(World& world) {
    const auto id = world.create();
    world.develop(id);
    for (int run = 0; run < 2; ++run) {
        world.launcher().exit(world.runningAttempt(id), 2);
        world.settle();
    }
    return id;
}

}  // namespace

// proves S1
TEST(WayTest, ATaskGoesFromItsFirstStageToDoneAndTheChangeIsOnTheBase) {
    World world;
    const auto id = world.create();
    world.develop(id);
    world.launcher().exit(world.runningAttempt(id), 0);  // the check
    world.settle();
    EXPECT_EQ(world.task(id).stage, "done");
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
    EXPECT_EQ(world.forge.baseTip(), world.task(id).merge_sha);
}

TEST(WayTest, ARedCheckGoesBackToDevelopmentWithItsFindings) {
    World world;
    const auto id = world.create();
    world.develop(id);
    world.launcher().exit(world.runningAttempt(id), 2);
    world.settle();
    world.launcher().exit(world.runningAttempt(id), 0);  // the same command on the base
    world.settle();
    EXPECT_EQ(world.task(id).stage, "development");
    EXPECT_THAT(world.task(id).feedback, HasSubstr("`make check` failed"));
    EXPECT_EQ(world.task(id).progress.edges["testing>development"], 1);
}

TEST(WayTest, IF9ACheckThatFailsOnTheBaseAsWellWaitsForAnotherBaseAndSparesTheTask) {
    World world;
    const auto id = checkedRedOnTheBaseToo(world);
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_EQ(world.task(id).progress.total, 0);
    EXPECT_THAT(world.notifier.texts(), ElementsAre(HasSubstr("as well")));
    world.forge.commitOnBase("mended.txt", "mended\n");
    world.host->engine.advance(id);
    world.settle();
    world.launcher().exit(world.runningAttempt(id), 0);
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

TEST(WayTest, IF9ARedBaseIsCheckedAgainAfterHalfAnHour) {
    World world;
    const auto id = checkedRedOnTheBaseToo(world);
    world.host->store.write([](Tx& tx) {
        tx.db().execute("UPDATE jobs SET finished_at=finished_at-1900000 WHERE kind='base_check'");
    });
    world.host->engine.advance(id);
    world.settle();
    EXPECT_EQ(world.liveJob(id).payload.kind, WorkKind::kBaseCheck);
}

TEST(WayTest, IF9TheBaseIsCheckedOnceForAllTasks) {
    World world;
    EXPECT_EQ(world.task(checkedRedOnTheBaseToo(world)).progress.total, 0);
    const auto second = world.create();
    world.develop(second, "another\n");
    world.launcher().exit(world.runningAttempt(second), 2);
    world.settle();
    EXPECT_EQ(world.task(second).stage, "testing");
    EXPECT_EQ(world.task(second).progress.total, 0);
    EXPECT_THAT(world.notifier.texts(), SizeIs(1));
}

// proves Q5
TEST(WayTest, ARestartAdoptsTheRunningAttemptAndStartsNoOther) {
    World world;
    const auto id = world.create();
    const auto attempt = world.runningAttempt(id);
    const auto report = world.restart();
    EXPECT_EQ(report.adopted, 1);
    EXPECT_EQ(world.runningAttempt(id), attempt);
    world.develop(id);
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_THAT(world.journalRules(id), Contains("adopt"));
}

}  // namespace orch::testing

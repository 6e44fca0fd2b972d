#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "pipeline/world.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

/// A repository in which one call fails for a reason that is not the task's.
struct SetupFailureTest : ::testing::Test {
    void breakCall(const std::string& broken) {
        world.forge.beforeEachCall([broken](const std::string& call) {
            if (call == broken) throw RemoteError("index.lock: File exists", true);
        });
    }
    void heal() { world.forge.beforeEachCall({}); }
    bool everRed(TaskId id) {
        const auto rows =
            world.host->store.read([&](Connection& db) { return verdictsOf(db, id, 100); });
        return std::ranges::any_of(
            rows, [](const auto& row) { return row.verdict.colour == Colour::kRed; });
    }

    World world;
};

TEST_F(SetupFailureTest, IE10AWorktreeThatCannotBeMadeIsNotChargedAndHeals) {
    breakCall("openWorktree");
    const auto id = world.create();
    EXPECT_EQ(world.liveJob(id).status, JobStatus::kScheduled);
    EXPECT_EQ(world.liveJob(id).failures, 0);
    heal();
    world.passTime();
    EXPECT_EQ(world.liveJob(id).status, JobStatus::kRunning);
    EXPECT_FALSE(everRed(id));
}

TEST_F(SetupFailureTest, IE10ACheckThatCannotBeSetUpIsNeverRed) {
    const auto id = world.create();
    breakCall("openMerged");
    world.develop(id);
    for (int i = 0; i < 5; ++i) world.passTime();
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_EQ(world.task(id).progress.total, 0);
    EXPECT_FALSE(everRed(id));
}

}  // namespace orch::testing

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

/// A push that does not end until the test lets it go: its repository's hook waits.
struct MergeLeaseTest : ::testing::Test {
    void holdPushes() {
        const auto at = [&](const char* name) { return "'" + (world.dir / name).string() + "'"; };
        world.repo.write(".git/hooks/pre-receive",
                         "#!/bin/sh\necho x >>" + at("pushes") + "\nwhile [ ! -e " + at("go") +
                             " ]; do sleep 0.05; done\n");
        chmod((world.repo.path() / ".git/hooks/pre-receive").c_str(), 0700);
    }
    [[nodiscard]] std::string pushes() const { return world.file("pushes"); }
    [[nodiscard]] bool aPushHangs() const {
        return eventually([&] { return !pushes().empty(); });
    }
    Installation world;
};

// proves L2, L4, X1
TEST_F(MergeLeaseTest, IG2APushThatOutlivesOrchdKeepsTheLeaseAndTheChangeLandsOnce) {
    holdPushes();
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(aPushHangs());
    world.pullThePlug();
    const auto waits =
        "SELECT count(*)>0 FROM jobs WHERE agent='merge' AND reason LIKE '%waits for the merge "
        "lease%'";
    EXPECT_TRUE(world.becomes(waits, "1"));
    EXPECT_EQ(pushes(), "x\n");
    world.letGo();
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.landings(task), 1);
}

// proves L2: nobody lives that could still push
TEST_F(MergeLeaseTest, ALeaseWhoseHolderWasKilledIsTakenAtOnce) {
    holdPushes();
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(aPushHangs());
    world.kill9();
    world.letGo();
    world.start();
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.landings(task), 1);
}

}  // namespace orch::testing

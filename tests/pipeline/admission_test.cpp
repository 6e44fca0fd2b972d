#include <gtest/gtest.h>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "pipeline/world.hpp"
#include "store/journal.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

using Rules = std::vector<std::string>;

constexpr std::uint64_t kMinFree = 1'000'000'000;

/// A world whose disk needs a gigabyte and has a byte less.
struct AdmissionTest : ::testing::Test {
    AdmissionTest() {
        world.stop();
        world.setup.min_free = kMinFree;
        world.free_bytes = kMinFree - 1;
        world.restart();
    }

    /// One look more than those that were made: what they wrote is there.
    void awaitLook() {
        const int made = world.asked_disk;
        EXPECT_TRUE(eventually([&] { return world.asked_disk > made + 1; }));
    }
    JobStatus statusOf(TaskId id) { return world.liveJob(id).status; }
    /// Claimed, and then begun: who is told to end before that is not there yet.
    bool begins(TaskId id) {
        const bool claimed = eventually([&] { return statusOf(id) == JobStatus::kRunning; });
        world.settle();
        return claimed;
    }
    Rules rules() {
        Rules rules;
        for (const auto& row : world.host->store.read(
                 [](Connection& db) { return readJournal(db, "queue", 0, 100); })) {
            rules.push_back(row.rule);
        }
        return rules;
    }

    World world;
};

TEST_F(AdmissionTest, IE7BelowTheThresholdNothingBeginsAndTheReasonIsShown) {
    const auto id = world.create();
    awaitLook();
    EXPECT_EQ(statusOf(id), JobStatus::kQueued);
    const auto line = world.desk().explain(id).lines.at(0);
    EXPECT_NE(line.find("has only 999 MB left"), std::string::npos) << line;
    EXPECT_NE(line.find("disk.min_free"), std::string::npos) << line;
}

TEST_F(AdmissionTest, IE7AShortageIsJournalledAndToldOnceHoweverOftenItIsSeen) {
    (void)world.create();
    awaitLook();
    awaitLook();
    EXPECT_EQ(rules(), Rules{"disk_short"});
    EXPECT_TRUE(eventually([&] { return world.notifier.texts().size() == 1; }));
}

TEST_F(AdmissionTest, IE7WhatWaitsBeginsByItselfOnceThereIsRoom) {
    const auto id = world.create();
    awaitLook();
    world.free_bytes = kMinFree;
    EXPECT_TRUE(begins(id));
    EXPECT_EQ(rules(), (Rules{"disk_short", "disk_free"}));
}

TEST_F(AdmissionTest, AJobThatBecomesDueAfterAStartBegins) {
    world.free_bytes = kMinFree;
    const auto id = world.create();
    ASSERT_TRUE(begins(id));
    world.launcher().exit(world.runningAttempt(id), 75);
    world.settle();
    world.restart();
    world.passTime();
    EXPECT_TRUE(begins(id));
}

TEST_F(AdmissionTest, IE7ARestartDoesNotTellTheSameShortageAgain) {
    (void)world.create();
    awaitLook();
    world.restart();
    awaitLook();
    EXPECT_EQ(rules(), Rules{"disk_short"});
}

TEST_F(AdmissionTest, IE7WhatRunsGoesOnAndItsEndIsRecorded) {
    world.free_bytes = kMinFree;
    const auto id = world.create();
    ASSERT_TRUE(begins(id));
    world.free_bytes = 0;
    world.develop(id);
    EXPECT_EQ(world.task(id).stage, "testing");
    EXPECT_EQ(statusOf(id), JobStatus::kQueued);
}

TEST_F(AdmissionTest, IE7AMergeNeedsNoProcessAndGoesOn) {
    world.free_bytes = kMinFree;
    const auto id = world.create();
    ASSERT_TRUE(begins(id));
    world.develop(id);
    ASSERT_TRUE(begins(id));
    world.free_bytes = 0;
    world.launcher().exit(world.runningAttempt(id), 0);
    world.settle();
    EXPECT_EQ(world.task(id).state, TaskState::kDone) << world.task(id).stage;
}

TEST_F(AdmissionTest, NobodyAsksTheDiskWhileNothingWaits) {
    world.host->store.flush();
    world.settle();
    EXPECT_EQ(world.asked_disk, 0);
}

TEST_F(AdmissionTest, APausedQueueNeedsNoDisk) {
    world.desk().pauseQueue("me");
    (void)world.create();
    EXPECT_EQ(world.asked_disk, 0);
}

TEST(FreeBytesTest, AFolderThatIsNotThereIsToldByName) {
    try {
        (void)freeBytes("/no/such/folder");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string{error.what()}.find("/no/such/folder: No such"), std::string::npos);
    }
}

}  // namespace orch::testing

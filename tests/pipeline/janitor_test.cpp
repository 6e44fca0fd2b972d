#include "pipeline/janitor.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "pipeline/world.hpp"
#include "store/journal.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

/// A world in which everything that is over is due at once.
struct JanitorTest : ::testing::Test {
    JanitorTest() {
        world.setup.retention = {.logs = 1ms, .jobs = 1ms, .messages = 1ms, .branches = 1ms};
        world.restart();
    }

    JanitorReport clean() {
        world.settle();
        world.host->janitor.start(world.launcher());
        world.settle();
        return world.host->janitor.report();
    }
    /// The task's folders on the disk, as a real forge would have made them.
    fs::path worktree(const std::string& name) {
        const auto folder = world.setup.state_dir / "worktrees" / name;
        fs::create_directories(folder);
        std::ofstream(folder / "file") << "12345";
        return folder;
    }
    TaskId working() {
        const auto id = world.create();
        worktree(name(id));
        return id;
    }
    TaskId done() {
        const auto id = working();
        world.develop(id);
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
        EXPECT_EQ(world.task(id).state, TaskState::kDone) << world.task(id).stage;
        return id;
    }
    TaskId cancelled() {
        const auto id = working();
        const auto key = world.runningAttempt(id);
        world.desk().cancel(id, "me", "");
        world.launcher().exit(key, 0);
        world.settle();
        return id;
    }
    void closed(TaskId id) {
        world.forge.closeWorktree(folderOf(id));
        fs::remove_all(folderOf(id));
    }
    fs::path folderOf(TaskId id) { return world.setup.worktree(id); }
    std::vector<std::string> toldAlone(const JanitorReport& report) {
        std::vector<std::string> told;
        for (const auto& each : report.left_alone) told.push_back(each.what + ": " + each.why);
        return told;
    }

    World world;
};

TEST_F(JanitorTest, ADoneTaskLeavesNothingThatIsNotNeeded) {
    const auto id = done();
    closed(id);
    const auto report = clean();
    EXPECT_EQ(report.folders, 2);
    EXPECT_EQ(report.branches, 1);
    EXPECT_EQ(report.jobs, 3);
    EXPECT_TRUE(report.failures.empty());
    EXPECT_TRUE(world.jobs(id).empty());
    EXPECT_THAT(world.journalRules(id), Contains("clean_up"));
}

TEST_F(JanitorTest, WhatAnOpenTaskMayNeedStaysHoweverOldItIs) {
    const auto id = working();
    world.develop(id);
    world.launcher().exit(world.runningAttempt(id), 1);
    world.settle();
    const auto report = clean();
    EXPECT_EQ(report.folders + report.jobs + report.branches + report.worktrees, 0);
    EXPECT_EQ(world.launcher().folders().size(), world.jobs(id).size());
}

TEST_F(JanitorTest, NothingGoesBeforeItsTime) {
    world.setup.retention = {};
    world.restart();
    (void)done();
    const auto report = clean();
    EXPECT_EQ(report.folders + report.jobs + report.branches + report.messages, 0);
}

TEST_F(JanitorTest, ZeroKeepsForEver) {
    world.setup.retention = {.logs = 0ms, .jobs = 0ms, .messages = 0ms, .branches = 0ms};
    world.restart();
    (void)done();
    const auto report = clean();
    EXPECT_EQ(report.folders + report.jobs + report.branches + report.messages, 0);
}

TEST_F(JanitorTest, ACancelledTaskWithoutWorkGivesItsWorktreeBack) {
    (void)cancelled();
    // The fake leaves the folder there, so a second round may count it again.
    EXPECT_GE(clean().worktrees, 1);
}

TEST_F(JanitorTest, IE6ACancelledTaskKeepsCommitsThatAreNowhereElse) {
    const auto id = working();
    world.forge.commit(world.task(id).branch(), "work.txt", "work\n");
    const auto key = world.runningAttempt(id);
    world.desk().cancel(id, "me", "");
    world.launcher().exit(key, 0);
    const auto report = clean();
    EXPECT_EQ(report.worktrees + report.branches, 0);
    EXPECT_TRUE(fs::exists(folderOf(id)));
    EXPECT_THAT(toldAlone(report), Contains(HasSubstr("its work is nowhere else")));
}

TEST_F(JanitorTest, IE6ACancelledTaskKeepsWhatItDidNotCommit) {
    const auto id = working();
    world.forge.write(world.task(id).branch(), "half.txt", "half\n");
    const auto key = world.runningAttempt(id);
    world.desk().cancel(id, "me", "");
    world.launcher().exit(key, 0);
    EXPECT_EQ(clean().worktrees, 0);
    EXPECT_TRUE(fs::exists(folderOf(id)));
}

TEST_F(JanitorTest, ACancelledTaskKeepsAWorktreeThatGitCannotRead) {
    const auto id = working();
    const auto key = world.runningAttempt(id);
    world.forge.breakRepository(world.task(id).branch());
    world.desk().cancel(id, "me", "");
    world.launcher().exit(key, 0);
    const auto report = clean();
    EXPECT_EQ(report.worktrees, 0);
    EXPECT_THAT(toldAlone(report), Contains(HasSubstr("whether it holds work is not known")));
}

TEST_F(JanitorTest, IE6ADoneTaskKeepsWhatCameAfterItsCheck) {
    const auto id = working();
    world.develop(id);
    world.forge.write(world.task(id).branch(), "notes.txt", "not committed\n");
    world.launcher().exit(world.runningAttempt(id), 0);
    world.settle();
    ASSERT_EQ(world.task(id).state, TaskState::kDone);
    EXPECT_THAT(toldAlone(clean()), Contains(HasSubstr("its work is nowhere else")));
    EXPECT_EQ(world.forge.countOf("closeWorktree"), 0);
}

TEST_F(JanitorTest, IE6ABranchWhoseLandingIsNotProvenStays) {
    const auto id = done();
    closed(id);
    world.forge.revertOnBase(world.task(id).merge_sha);
    const auto report = clean();
    EXPECT_EQ(report.branches, 0);
    EXPECT_THAT(toldAlone(report), Contains(HasSubstr("its landing is not proven")));
}

TEST_F(JanitorTest, IE3AFailedCleanUpIsShownJournalledOnceAndTriedAgain) {
    world.forge.beforeEachCall([](const std::string& call) {
        if (call == "closeWorktree") throw RemoteError("something is in the way", true);
    });
    const auto id = done();
    (void)clean();
    auto report = clean();
    ASSERT_EQ(report.failures.size(), 1U);
    EXPECT_EQ(report.failures[0].what, "worktrees/" + name(id));
    EXPECT_EQ(report.failures[0].why, "something is in the way");
    EXPECT_TRUE(fs::exists(folderOf(id)));
    world.forge.beforeEachCall({});
    report = clean();
    EXPECT_TRUE(report.failures.empty());
    const auto rows =
        world.host->store.read([](Connection& db) { return readJournal(db, "janitor", 0, 100); });
    EXPECT_EQ(std::ranges::count(rows, "clean_up_failed", &JournalRow::rule), 1);
}

TEST_F(JanitorTest, WhatIsForeignIsLeftAloneAndNamed) {
    worktree("notes");
    worktree("T-77");
    fs::create_directories(world.setup.state_dir / "jobs" / "mine");
    const auto report = clean();
    EXPECT_THAT(
        toldAlone(report),
        ::testing::UnorderedElementsAre("worktrees/notes: it belongs to no task of this database",
                                        "worktrees/T-77: it belongs to no task of this database",
                                        "jobs/mine: it is no folder of an attempt"));
    EXPECT_TRUE(fs::exists(world.setup.state_dir / "worktrees" / "T-77" / "file"));
    EXPECT_TRUE(fs::exists(world.setup.state_dir / "jobs" / "mine"));
}

TEST_F(JanitorTest, AnAttemptThatStillHoldsItsLockKeepsItsFolder) {
    const auto id = done();
    const auto key = world.launcher().folders().at(0);
    {
        const std::lock_guard lock(world.processes.mutex);
        world.processes.alive.insert(key);
    }
    const auto report = clean();
    EXPECT_THAT(world.launcher().folders(), Contains(key));
    ASSERT_EQ(report.failures.size(), 1U);
    EXPECT_EQ(report.failures[0].why, "something still holds its lock");
    (void)id;
}

}  // namespace orch::testing

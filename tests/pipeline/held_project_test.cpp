#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.hpp"
#include "pipeline/world.hpp"
#include "store/tasks.hpp"
#include "support/eventually.hpp"

// What waits for a repository that cannot be opened, and what goes on meanwhile.

namespace orch::testing {

using namespace std::chrono_literals;

struct HeldProjectTest : ::testing::Test {
    HeldProjectTest() {
        world.stop();
        world.looks = {.first = 5ms, .most = 20ms};
        world.setup.projects["other"] = {.name = "other", .path = world.folder / "other"};
        world.more_forges["other"] = std::make_unique<FakeForge>();
    }

    /// The repository of greeter answers these calls with `why`.
    void breakCalls(const std::vector<std::string>& broken, const std::string& why = "it is gone") {
        world.forge.beforeEachCall([broken, why](const std::string& call) {
            if (std::ranges::count(broken, call) > 0) throw RemoteError(why, false);
        });
    }
    void mend() { world.forge.beforeEachCall({}); }
    bool is(ProjectState state) {
        return eventually([&] {
            const auto all = world.host->repositories.statuses();
            return std::ranges::any_of(all, [&](const auto& project) {
                return project.name == "greeter" && project.state == state;
            });
        });
    }
    bool runs(TaskId id) {
        return eventually([&] { return world.liveJob(id).status == JobStatus::kRunning; });
    }
    TaskId createIn(const std::string& project) {
        return world.desk().create({.project = project, .title = "A change"}, "me").id;
    }
    std::string explained(TaskId id) {
        std::string all;
        for (const auto& line : world.desk().explain(id).lines) all += line + "\n";
        return all;
    }
    void expectUncharged(TaskId id) {
        for (const auto& job : world.jobs(id)) {
            EXPECT_EQ(job.failures, 0);
            EXPECT_EQ(job.lost_count, 0);
        }
        EXPECT_EQ(world.task(id).progress.total, 0);
        EXPECT_EQ(world.task(id).state, TaskState::kActive);
    }
    std::size_t told(const std::string& part) {
        return static_cast<std::size_t>(std::ranges::count_if(
            world.notifier.texts(),
            [&](const auto& text) { return text.find(part) != std::string::npos; }));
    }

    World world;
};

// proves X2
TEST_F(HeldProjectTest, ItsJobsWaitUnchargedAndTheOtherProjectIsServed) {
    breakCalls({"prepare"});
    world.restart();
    ASSERT_TRUE(is(ProjectState::kHeld));
    const auto held = createIn("greeter");
    const auto served = createIn("other");
    EXPECT_TRUE(runs(served));
    EXPECT_EQ(world.liveJob(held).status, JobStatus::kQueued);
    EXPECT_EQ(world.liveJob(held).attempt, 0);
    expectUncharged(held);
    EXPECT_EQ(world.forge.countOf("openWorktree"), 0);
}

TEST_F(HeldProjectTest, ExplainSaysForWhatItsTasksWait) {
    breakCalls({"prepare"}, "repository /x: there is no such folder");
    world.restart();
    ASSERT_TRUE(is(ProjectState::kHeld));
    const auto words = explained(createIn("greeter"));
    EXPECT_NE(words.find("project greeter is held since "), std::string::npos) << words;
    EXPECT_NE(words.find("repository /x: there is no such folder"), std::string::npos) << words;
}

// proves X2
TEST_F(HeldProjectTest, AnAnswerAndALookAreRefusedInASentence) {
    breakCalls({"prepare"});
    world.restart();
    ASSERT_TRUE(is(ProjectState::kHeld));
    const auto id = createIn("greeter");
    EXPECT_THROW(world.desk().approve(id, {"me", "", "0123456789abcdef"}), Refused);
    EXPECT_THROW(world.desk().overrule(id, {"me", "", "0123456789abcdef"}), Refused);
    EXPECT_THROW((void)world.desk().diffOf(id), Refused);
}

TEST_F(HeldProjectTest, ItOpensByItselfAndItsTasksGoOn) {
    breakCalls({"prepare"});
    world.restart();
    ASSERT_TRUE(is(ProjectState::kHeld));
    const auto task = createIn("greeter");
    mend();
    EXPECT_TRUE(runs(task));
    EXPECT_EQ(world.liveJob(task).attempt, 1);
    expectUncharged(task);
}

TEST_F(HeldProjectTest, AHoldIsToldOnceACauseOverRestartsAndSoIsItsEnd) {
    breakCalls({"prepare"});
    for (int i = 0; i < 3; ++i) {
        world.restart();
        ASSERT_TRUE(is(ProjectState::kHeld));
        ASSERT_TRUE(eventually([&] { return world.forge.countOf("prepare") > 5 * (i + 1); }));
    }
    breakCalls({"prepare"}, "it is a folder");
    ASSERT_TRUE(eventually([&] { return told("it is a folder") == 1; }));
    EXPECT_EQ(told("it is gone"), 1U);
    mend();
    EXPECT_TRUE(eventually([&] { return told("project greeter is open again") == 1; }));
}

// proves X2
TEST_F(HeldProjectTest, ARepositoryThatGoesAwayIsNoFactAboutATask) {
    world.restart();
    ASSERT_TRUE(is(ProjectState::kOpen));
    const auto task = world.create();
    breakCalls({"prepare", "fetchBase", "workState"});
    world.develop(task);
    ASSERT_TRUE(is(ProjectState::kHeld));
    expectUncharged(task);
    EXPECT_EQ(world.task(task).stage, "development");
    mend();
    EXPECT_TRUE(eventually([&] { return world.task(task).stage == "testing"; }));
}

// proves X2
TEST_F(HeldProjectTest, AJobThatWasClaimedAsItWentAwayIsGivenBack) {
    world.restart();
    ASSERT_TRUE(is(ProjectState::kOpen));
    breakCalls({"prepare", "openWorktree"});
    const auto task = createIn("greeter");
    ASSERT_TRUE(is(ProjectState::kHeld));
    world.settle();
    EXPECT_EQ(world.liveJob(task).status, JobStatus::kQueued);
    expectUncharged(task);
    mend();
    EXPECT_TRUE(runs(task));
    expectUncharged(task);
}

// proves X2
TEST_F(HeldProjectTest, AMergeThatFailsWithItsRepositoryLandsOnceWhenItOpens) {
    world.restart();
    ASSERT_TRUE(is(ProjectState::kOpen));
    const auto task = world.create();
    world.develop(task);
    breakCalls({"prepare", "land"});
    world.launcher().exit(world.runningAttempt(task), 0);
    ASSERT_TRUE(is(ProjectState::kHeld));
    world.settle();
    expectUncharged(task);
    mend();
    EXPECT_TRUE(eventually([&] { return world.task(task).state == TaskState::kDone; }));
}

TEST_F(HeldProjectTest, AFailureOfOneCallOfAGoodRepositoryHoldsNothing) {
    world.restart();
    ASSERT_TRUE(is(ProjectState::kOpen));
    breakCalls({"openWorktree"});
    const auto task = createIn("greeter");
    world.settle();
    EXPECT_EQ(world.liveJob(task).status, JobStatus::kScheduled);
    EXPECT_TRUE(world.host->repositories.closed().empty());
}

TEST_F(HeldProjectTest, AnOperatorHasItLookedAtAtOnce) {
    world.looks = {.first = 1h, .most = 1h};
    breakCalls({"prepare"});
    world.restart();
    ASSERT_TRUE(is(ProjectState::kHeld));
    mend();
    EXPECT_TRUE(world.host->repositories.lookNow("greeter"));
    EXPECT_TRUE(is(ProjectState::kOpen));
    EXPECT_FALSE(world.host->repositories.lookNow("stranger"));
}

}  // namespace orch::testing

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "pipeline/merge_records.hpp"
#include "pipeline/world.hpp"
#include "store/journal.hpp"
#include "store/merge_fence.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A task whose merge job is next.
struct MergeTest : ::testing::Test {
    MergeTest() {
        id = world.create();
        world.develop(id);
    }
    void checkPasses() {
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
    }
    [[nodiscard]] std::string repository() const {
        return std::filesystem::weakly_canonical(world.setup.projects.at("greeter").path).string();
    }
    [[nodiscard]] Task task() { return world.task(id); }
    [[nodiscard]] Job mergeJob() {
        for (auto& job : world.jobs(id)) {
            if (job.payload.kind == WorkKind::kMerge) return job;
        }
        throw Error("no merge job");
    }
    /// Another task whose merge job is next, which others overtook three times.
    TaskId overtaken(const std::string& title) {
        const auto other = world.create(title);
        world.develop(other, title);
        world.host->store.write([&](Tx& tx) {
            auto task = findTask(tx.db(), other).value();
            task.progress.retests = 3;
            updateTask(tx, task);
        });
        return other;
    }
    void failEveryLanding(const std::string& when = "land") {
        world.forge.beforeEachCall([this, when](const std::string& call) {
            if (call == when && failing) throw RemoteError("the disk of the forge is full", true);
        });
    }

    World world;
    TaskId id{};
    bool failing = true;
};

// proves L1
TEST_F(MergeTest, WaitsWhileSomebodyElseHoldsTheLeaseAndSaysWho) {
    world.leases.occupy(repository(), "T-9");
    checkPasses();
    EXPECT_EQ(mergeJob().status, JobStatus::kScheduled);
    EXPECT_THAT(mergeJob().reason, HasSubstr("held by T-9"));
    EXPECT_EQ(world.forge.countOf("land"), 0);
    world.leases.vacate(repository());
    world.passTime();
    EXPECT_EQ(task().state, TaskState::kDone);
}

// proves L5
TEST_F(MergeTest, WhetherItIsMergeableIsJudgedWithoutTheLease) {
    const auto judged = [this] {
        const auto seen = world.host->engine.judgeWithin(id, std::chrono::seconds{10});
        const auto& verdicts = seen.value().verdicts;
        const auto found = std::ranges::find(verdicts, "mergeable", &Verdict::gate);
        return std::pair{found->colour, found->reason};
    };
    const auto free = judged();
    EXPECT_EQ(free.first, Colour::kGreen);
    world.leases.occupy(repository(), "T-9");
    EXPECT_EQ(judged(), free);
    world.forge.commitOnBase("work.txt", "theirs\n");
    const auto conflict = judged();
    EXPECT_EQ(conflict.first, Colour::kRed);
    world.leases.vacate(repository());
    EXPECT_EQ(judged(), conflict);
}

// proves L3
TEST_F(MergeTest, IG2AHolderThatLostItsLeaseMergesNothing) {
    world.leases.loseNext();
    checkPasses();
    EXPECT_EQ(world.forge.countOf("land"), 1);
    EXPECT_EQ(task().merge_sha, "");
    EXPECT_EQ(mergeJob().lost_count, 0);
    world.passTime();
    EXPECT_EQ(task().merge_sha, world.forge.baseTip());
}

// proves L3
TEST_F(MergeTest, ATokenThatAnotherPassedRecordsNothing) {
    world.forge.beforeEachCall([this](const std::string& call) {
        if (call != "land" || !failing) return;
        failing = false;
        world.host->store.write([this](Tx& tx) { (void)takeMergeFence(tx, repository()); });
    });
    checkPasses();
    EXPECT_EQ(task().merge_sha, "");  // though it landed
    EXPECT_THAT(mergeJob().reason, HasSubstr("later merge lease"));
    const auto tip = world.forge.baseTip();
    world.passTime();
    EXPECT_EQ(task().merge_sha, tip);
    EXPECT_EQ(world.forge.baseTip(), tip);
    EXPECT_EQ(task().state, TaskState::kDone);
}

// proves L4
TEST_F(MergeTest, AMergeJobThatFailedForGoodIsNoFailureWhenItsHeadIsOnTheBase) {
    failEveryLanding();
    checkPasses();
    world.forge.mergeByHand(world.forge.headOf(task().branch()));
    world.passTime();
    failing = true;
    world.forge.beforeEachCall([this](const std::string& call) {
        if (call == "landedAs") failing = false;
        if (call == "land" && failing) throw RemoteError("the disk of the forge is full", true);
    });
    world.passTime();
    EXPECT_EQ(task().state, TaskState::kDone);
    EXPECT_EQ(task().merge_sha, world.forge.baseTip());
}

TEST_F(MergeTest, AMergeJobThatFailedForGoodAsksAPerson) {
    failEveryLanding();
    checkPasses();
    world.passTime();
    world.passTime();
    EXPECT_EQ(task().state, TaskState::kParked);
    EXPECT_THAT(task().reason, HasSubstr("the disk of the forge is full"));
}

TEST_F(MergeTest, AMergeThatWasTakenBackIsForAPersonAtOnce) {
    world.forge.beforeEachCall([this](const std::string& call) {
        if (call != "land" || !failing) return;
        failing = false;
        const auto merge = world.forge.mergeByHand(world.forge.headOf("orch/" + name(id)));
        world.forge.revertOnBase(merge);
    });
    checkPasses();
    EXPECT_EQ(task().state, TaskState::kParked);
    EXPECT_THAT(task().reason, HasSubstr("reverted"));
}

TEST_F(MergeTest, ARefusedPushWaitsAndTellsAPersonOnce) {
    world.forge.soilCheckout();
    checkPasses();
    world.passTime();
    EXPECT_EQ(mergeJob().status, JobStatus::kScheduled);
    EXPECT_THAT(world.notifier.texts(), ElementsAre(HasSubstr("unstaged changes")));
    world.forge.soilCheckout(false);
    world.passTime();
    EXPECT_EQ(task().state, TaskState::kDone);
}

TEST_F(MergeTest, LetsATaskLandFirstThatWasOvertakenTooOften) {
    const auto slow = overtaken("Slow to check");
    checkPasses();
    EXPECT_THAT(mergeJob().reason, HasSubstr("lets T-2 land first"));
    world.launcher().exit(world.runningAttempt(slow), 0);
    world.settle();
    EXPECT_EQ(world.task(slow).state, TaskState::kDone);
    world.settle();
    EXPECT_EQ(task().stage, "testing");  // the base has moved: tested again, without a wait
}

TEST_F(MergeTest, TheJournalNamesTheTokenItWasMergedUnder) {
    checkPasses();
    const auto rows =
        world.host->store.read([&](Connection& db) { return readJournal(db, name(id), 0, 100); });
    const auto merge = std::ranges::find(rows, "merge", &JournalRow::rule);
    ASSERT_NE(merge, rows.end());
    EXPECT_THAT(merge->evidence, Contains(std::pair<std::string, std::string>("fence", "1")));
}

TEST_F(MergeTest, AMergeThatTheRepositoryRefusesHoldsUpNobody) {
    const auto other = overtaken("Refused by a hook");
    world.forge.answerNextLand({Landed::Kind::kRefused, {}, "no such title here"});
    world.launcher().exit(world.runningAttempt(other), 0);
    world.settle();
    ASSERT_EQ(world.liveJob(other).status, JobStatus::kScheduled);
    checkPasses();
    EXPECT_EQ(task().state, TaskState::kDone);
}

/// Somebody cancels the task at the first such call of its merge job.
struct CancelledMergeTest : MergeTest {
    void cancelAt(
        const std::string& when, const std::function<void()>& then = [] {}) {
        world.forge.beforeEachCall([=, this](const std::string& call) {
            if (call != when || !failing || !merging()) return;
            failing = false;
            world.desk().cancel(id, "me", "");
            then();
        });
        checkPasses();
    }
    [[nodiscard]] bool merging() {
        return std::ranges::any_of(world.jobs(id), [](const Job& job) {
            return job.payload.kind == WorkKind::kMerge && job.status == JobStatus::kRunning;
        });
    }
    void expectTold() {
        EXPECT_EQ(task().state, TaskState::kCancelled);
        EXPECT_EQ(task().merge_sha, world.forge.baseTip());
        EXPECT_EQ(mergeJob().status, JobStatus::kSucceeded);
        EXPECT_THAT(world.notifier.texts(), ElementsAre(HasSubstr("T-1 was cancelled when its")));
        EXPECT_THAT(world.desk().explain(id).lines, Contains(HasSubstr("all the same; revert")));
    }
};

TEST_F(CancelledMergeTest, LandsNothingThatHadNotBegun) {
    const auto tip = world.forge.baseTip();
    cancelAt("fetchBase");
    EXPECT_EQ(world.forge.countOf("land"), 0);
    EXPECT_EQ(world.forge.baseTip(), tip);
    EXPECT_EQ(mergeJob().status, JobStatus::kCancelled);
}

TEST_F(CancelledMergeTest, IsToldThatItLandedAllTheSame) {
    cancelAt("land");
    expectTold();
}

// proves L4
TEST_F(CancelledMergeTest, LooksWhetherItLandedWhenNobodyKnows) {
    cancelAt("land", [this] {
        world.forge.mergeByHand(world.forge.headOf(task().branch()));
        throw RemoteError("no answer", true);
    });
    world.passTime();
    EXPECT_EQ(world.forge.countOf("land"), 1);
    expectTold();
}

/// development → review (an agent's verdict) → testing → deploy.
struct ReviewedTest : ::testing::Test {
    static PipelineDef fourStages() {
        auto pipeline = World::threeStages();
        StageDef review{.name = "review",
                        .agent = "developer",
                        .artefact = "04-review.json",
                        .gates = {"review_verdict"},
                        .on_red = {.to = "development", .limit = 3}};
        pipeline.stages.insert(pipeline.stages.begin() + 1, review);
        return pipeline;
    }
    /// The reviewer approves the head.
    void approve() {
        const auto head = world.forge.headOf("orch/T-1");
        writeFile(world.setup.taskFolder(id) / "04-review.json",
                  "{\"verdict\":\"approve\",\"head\":\"" + head + "\"}");
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
    }
    static void writeFile(const std::filesystem::path& file, const std::string& text) {
        std::filesystem::create_directories(file.parent_path());
        replaceFile(file, text, Sync::kNo);
    }
    void checkPasses() {
        world.launcher().exit(world.runningAttempt(id), 0);
        world.settle();
    }
    World world{fourStages()};
    TaskId id = world.create();
};

// proves S8
TEST_F(ReviewedTest, LandsWithTheEvidenceOfItsGates) {
    world.develop(id);
    approve();
    checkPasses();
    ASSERT_EQ(world.task(id).state, TaskState::kDone);
    const auto message = world.forge.messageOf(world.forge.baseTip());
    EXPECT_THAT(message, HasSubstr("Orch-Review: review head=" + world.forge.headOf("orch/T-1")));
    EXPECT_THAT(message, HasSubstr("Orch-Check: testing job="));
}

// proves S8
TEST_F(ReviewedTest, CommitPutOnTheBranchAfterItsReviewIsReviewedBeforeItLands) {
    world.develop(id);
    approve();
    ASSERT_EQ(world.task(id).stage, "testing");
    world.forge.commit("orch/T-1", "evil.txt", "nobody saw this\n");
    checkPasses();  // of the reviewed head: the check is asked again about the new one
    checkPasses();
    EXPECT_EQ(world.task(id).stage, "review");
    EXPECT_EQ(world.forge.countOf("land"), 0);
    EXPECT_THAT(world.journalRules(id), Contains("head"));
    EXPECT_THAT(world.journalRules(id), Contains("rework"));
    approve();
    checkPasses();
    EXPECT_EQ(world.task(id).state, TaskState::kDone);
}

// proves S8
TEST_F(ReviewedTest, CommitPutOnTheBranchWhileTheMergeWaitsIsNotMerged) {
    const auto repository =
        std::filesystem::weakly_canonical(world.setup.projects.at("greeter").path).string();
    world.leases.occupy(repository, "T-9");
    world.develop(id);
    approve();
    checkPasses();
    ASSERT_EQ(world.task(id).stage, "deploy");
    world.forge.commit("orch/T-1", "evil.txt", "nobody saw this\n");
    world.leases.vacate(repository);
    world.passTime();
    EXPECT_EQ(world.task(id).stage, "review");
    EXPECT_EQ(world.forge.countOf("land"), 0);
}

// proves S8: what lies in the reviewer's place before it begins is nobody's verdict.
TEST_F(ReviewedTest, ReviewWrittenBeforeTheReviewerBeganCountsForNothing) {
    writeFile(world.setup.taskFolder(id) / "04-review.json",
              "{\"verdict\":\"approve\",\"head\":\"" + world.forge.headOf("orch/T-1") + "\"}");
    world.develop(id, "work\n");
    ASSERT_EQ(world.task(id).stage, "review");
    EXPECT_FALSE(std::filesystem::exists(world.setup.taskFolder(id) / "04-review.json"));
    world.launcher().exit(world.runningAttempt(id), 0);
    world.settle();
    EXPECT_EQ(world.task(id).stage, "review");
    EXPECT_THAT(world.task(id).feedback, HasSubstr("was not written"));
}

// proves S8
TEST_F(ReviewedTest, WorkOnACommitThatWasTakenOffTheBaseGoesBack) {
    world.forge.commitOnBase("leak.txt", "secret\n");
    world.host->engine.advance(id);
    const auto second = world.create("On the leak");
    world.forge.commit("orch/T-2", "a.txt", "a\n");
    world.forge.withdrawFromBase();
    world.launcher().exit(world.runningAttempt(second), 0);
    world.settle();
    EXPECT_EQ(world.task(second).stage, "development");
    EXPECT_THAT(world.task(second).feedback, HasSubstr("git rebase --onto main"));
}

}  // namespace orch::testing

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "core/forge.hpp"
#include "support/fake_leases.hpp"

namespace orch::testing {

/// One repository with what people and agents do to it, whatever forge is in front of it. The base
/// holds README at first.
class ForgeWorld {
public:
    virtual ~ForgeWorld() = default;
    virtual Forge& forge() = 0;
    [[nodiscard]] virtual std::filesystem::path folder(const std::string& name) const = 0;

    // In a worktree.
    virtual std::string commit(const std::filesystem::path& folder,
                               const std::string& branch,
                               const std::string& path,
                               const std::string& text) = 0;
    virtual void write(const std::filesystem::path& folder,
                       const std::string& branch,
                       const std::string& path,
                       const std::string& text) = 0;
    /// "" when there is no such file.
    virtual std::string contentIn(const std::filesystem::path& folder, const std::string& path) = 0;
    virtual void lose(const std::filesystem::path& folder) = 0;

    // On the base, by people.
    virtual std::string commitOnBase(const std::string& path, const std::string& text) = 0;
    virtual std::string revertOnBase(const std::string& commit) = 0;
    /// The base's last commit is taken back as if it had never been there; the new tip.
    virtual std::string withdrawFromBase() = 0;
    virtual std::string mergeByHand(const std::string& head) = 0;
    virtual void soilCheckout() = 0;
    virtual std::string baseContent(const std::string& path) = 0;
    virtual std::string firstParentOf(const std::string& commit) = 0;
};

/// What every Forge promises. `World` is a default-constructible ForgeWorld.
template <typename World>
class ForgeContract : public ::testing::Test {
protected:
    void SetUp() override { world.forge().prepare(); }

    /// A task with one commit.
    std::string work(const std::string& task, const std::string& path, const std::string& text) {
        forge().openWorktree(folder(task), branch(task));
        world.commit(folder(task), branch(task), path, text);
        return state(task).head;
    }
    WorkState state(const std::string& task) {
        return forge().workState(folder(task), branch(task));
    }
    LandRequest request(const std::string& task, const std::string& head) {
        return {task, branch(task), head, forge().fetchBase(), "Say hello"};
    }
    Landed land(const std::string& task, const std::string& head) {
        return forge().land(request(task, head), heldLease());
    }
    Forge& forge() { return world.forge(); }
    [[nodiscard]] std::filesystem::path folder(const std::string& task) {
        return world.folder(task);
    }
    [[nodiscard]] static std::string branch(const std::string& task) { return "orch/" + task; }

    World world;
};

TYPED_TEST_SUITE_P(ForgeContract);

TYPED_TEST_P(ForgeContract, PreparingTwiceIsTheSameAsOnce) {
    this->forge().prepare();
    EXPECT_FALSE(this->forge().fetchBase().empty());
}

TYPED_TEST_P(ForgeContract, TheFetchedBaseFollowsTheRepository) {
    const auto before = this->forge().fetchBase();
    const auto tip = this->world.commitOnBase("a.txt", "a\n");
    EXPECT_NE(tip, before);
    EXPECT_EQ(this->forge().fetchBase(), tip);
}

TYPED_TEST_P(ForgeContract, ANewBranchBeginsAtTheBasesTip) {
    const auto tip = this->world.commitOnBase("a.txt", "a\n");
    this->forge().openWorktree(this->folder("T-1"), "orch/T-1");
    const auto state = this->forge().workState(this->folder("T-1"), "orch/T-1");
    EXPECT_EQ(state.head, tip);
    EXPECT_EQ(state.commits_ahead, 0);
    EXPECT_TRUE(state.dirty.empty());
    EXPECT_EQ(this->world.contentIn(this->folder("T-1"), "a.txt"), "a\n");
}

TYPED_TEST_P(ForgeContract, CommitsAndUncommittedChangesAreSeen) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->world.write(this->folder("T-1"), "orch/T-1", "later.txt", "b\n");
    const auto state = this->forge().workState(this->folder("T-1"), "orch/T-1");
    EXPECT_EQ(state.head, head);
    EXPECT_EQ(state.commits_ahead, 1);
    EXPECT_THAT(state.dirty, ::testing::ElementsAre("later.txt"));
}

TYPED_TEST_P(ForgeContract, OpeningAgainKeepsTheWork) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->world.write(this->folder("T-1"), "orch/T-1", "later.txt", "b\n");
    this->world.commitOnBase("other.txt", "o\n");
    this->forge().openWorktree(this->folder("T-1"), "orch/T-1");
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").head, head);
    EXPECT_EQ(this->world.contentIn(this->folder("T-1"), "later.txt"), "b\n");
}

TYPED_TEST_P(ForgeContract, IE2AVanishedWorktreeKeepsWhatWasTakenIn) {
    EXPECT_THROW(this->forge().workState(this->folder("T-1"), "orch/T-1"), RemoteError);
    const auto head = this->work("T-1", "a.txt", "a\n");
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").head, head);
    this->world.lose(this->folder("T-1"));
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").head, head);
    this->forge().openWorktree(this->folder("T-1"), "orch/T-1");
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").head, head);
}

TYPED_TEST_P(ForgeContract, AtMostTwentyDirtyPathsAreTold) {
    this->forge().openWorktree(this->folder("T-1"), "orch/T-1");
    for (int number = 0; number < 30; ++number) {
        this->world.write(this->folder("T-1"), "orch/T-1", "f" + std::to_string(number), "x");
    }
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").dirty.size(), 20U);
}

TYPED_TEST_P(ForgeContract, ABranchNameGitWouldNotAcceptIsRefused) {
    for (const std::string name : {"-f", "../T-1", "a..b", "with space", ""}) {
        EXPECT_THROW(this->forge().openWorktree(this->folder("x"), name), RemoteError) << name;
    }
}

TYPED_TEST_P(ForgeContract, APreviewChangesNothing) {
    const auto base = this->forge().fetchBase();
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto preview = this->forge().previewMerge(base, head);
    EXPECT_FALSE(preview.tree.empty());
    EXPECT_TRUE(preview.conflicts.empty());
    EXPECT_FALSE(preview.no_change);
    EXPECT_EQ(this->forge().fetchBase(), base);
}

TYPED_TEST_P(ForgeContract, APreviewNamesWhatConflicts) {
    const auto head = this->work("T-1", "README", "ours\n");
    const auto base = this->world.commitOnBase("README", "theirs\n");
    this->forge().fetchBase();
    const auto preview = this->forge().previewMerge(base, head);
    EXPECT_TRUE(preview.tree.empty());
    EXPECT_THAT(preview.conflicts, ::testing::ElementsAre("README"));
}

TYPED_TEST_P(ForgeContract, APreviewSaysWhenNothingWouldChange) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto base = this->world.commitOnBase("a.txt", "a\n");
    this->forge().fetchBase();
    EXPECT_TRUE(this->forge().previewMerge(base, head).no_change);
}

TYPED_TEST_P(ForgeContract, APreviewOfAnUnknownCommitIsAnError) {
    const auto base = this->forge().fetchBase();
    EXPECT_THROW(this->forge().previewMerge(base, std::string(40, '1')), RemoteError);
}

TYPED_TEST_P(ForgeContract, TheMergedWorktreeHoldsBothSides) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto base = this->world.commitOnBase("b.txt", "b\n");
    this->forge().fetchBase();
    const auto commit = this->forge().openMerged(this->folder("check"), base, head);
    EXPECT_EQ(this->world.firstParentOf(commit), base);
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "a.txt"), "a\n");
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "b.txt"), "b\n");
}

TYPED_TEST_P(ForgeContract, ANewMergeReplacesTheFormerOne) {
    const auto base = this->forge().fetchBase();
    const auto first = this->work("T-1", "a.txt", "a\n");
    const auto second = this->work("T-2", "b.txt", "b\n");
    this->forge().openMerged(this->folder("check"), base, first);
    this->forge().openMerged(this->folder("check"), base, second);
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "a.txt"), "");
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "b.txt"), "b\n");
}

TYPED_TEST_P(ForgeContract, AConflictingMergeCannotBeOpened) {
    const auto head = this->work("T-1", "README", "ours\n");
    const auto base = this->world.commitOnBase("README", "theirs\n");
    this->forge().fetchBase();
    try {
        this->forge().openMerged(this->folder("check"), base, head);
        FAIL() << "opened";
    } catch (const RemoteError& error) {
        EXPECT_FALSE(error.retryable());
    }
}

TYPED_TEST_P(ForgeContract, ACommitIsOpenedAsItIs) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->forge().openCommit(this->folder("check"), head, {}, OpenFor::kAgent);
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "a.txt"), "a\n");
    this->forge().openCommit(this->folder("check"), this->forge().fetchBase(), {}, OpenFor::kOrchd);
    EXPECT_EQ(this->world.contentIn(this->folder("check"), "a.txt"), "");
}

TYPED_TEST_P(ForgeContract, ClosingTwiceIsTheSameAsOnceAndKeepsTheBranch) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->forge().closeWorktree(this->folder("T-1"));
    this->forge().closeWorktree(this->folder("T-1"));
    this->forge().openWorktree(this->folder("T-1"), "orch/T-1");
    EXPECT_EQ(this->forge().workState(this->folder("T-1"), "orch/T-1").head, head);
}

TYPED_TEST_P(ForgeContract, LandingPutsTheWorkOnTheBase) {
    const auto before = this->forge().fetchBase();
    const auto head = this->work("T-1", "a.txt", "a\n");
    EXPECT_FALSE(this->forge().onBase(head));
    const auto landed = this->land("T-1", head);
    ASSERT_EQ(landed.kind, Landed::Kind::kMerged) << landed.reason;
    EXPECT_EQ(this->world.baseContent("a.txt"), "a\n");
    EXPECT_EQ(this->forge().fetchBase(), landed.sha);
    EXPECT_TRUE(this->forge().onBase(head));
    EXPECT_EQ(this->world.firstParentOf(landed.sha), before);
}

TYPED_TEST_P(ForgeContract, LandingTwiceFindsTheFirstMerge) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto request = this->request("T-1", head);
    const auto landed = this->forge().land(request, heldLease());
    this->world.commitOnBase("b.txt", "b\n");
    const auto again = this->forge().land(request, heldLease());
    EXPECT_EQ(again.kind, Landed::Kind::kAlreadyMerged);
    EXPECT_EQ(again.sha, landed.sha);
    EXPECT_EQ(this->forge().landedAs("T-1", head), landed.sha);
}

TYPED_TEST_P(ForgeContract, AMovedBaseIsToldAndNothingIsDone) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto request = this->request("T-1", head);
    const auto tip = this->world.commitOnBase("b.txt", "b\n");
    EXPECT_EQ(this->forge().land(request, heldLease()).kind, Landed::Kind::kBaseMoved);
    EXPECT_EQ(this->forge().fetchBase(), tip);
}

TYPED_TEST_P(ForgeContract, TheSecondOfTwoTasksLandsOnTheMovedBase) {
    const auto first = this->work("T-1", "a.txt", "a\n");
    const auto second = this->work("T-2", "b.txt", "b\n");
    EXPECT_EQ(this->land("T-1", first).kind, Landed::Kind::kMerged);
    EXPECT_EQ(this->land("T-2", second).kind, Landed::Kind::kMerged);
    EXPECT_EQ(this->world.baseContent("a.txt"), "a\n");
    EXPECT_EQ(this->world.baseContent("b.txt"), "b\n");
}

TYPED_TEST_P(ForgeContract, AConflictLandsNothingAndNamesThePath) {
    const auto head = this->work("T-1", "README", "ours\n");
    const auto tip = this->world.commitOnBase("README", "theirs\n");
    const auto landed = this->land("T-1", head);
    EXPECT_EQ(landed.kind, Landed::Kind::kConflict);
    EXPECT_THAT(landed.reason, ::testing::HasSubstr("README"));
    EXPECT_EQ(this->forge().fetchBase(), tip);
}

TYPED_TEST_P(ForgeContract, ContentThatIsOnTheBaseAlreadyCountsAsMergedAndSaysSo) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto tip = this->world.commitOnBase("a.txt", "a\n");
    const auto landed = this->land("T-1", head);
    EXPECT_EQ(landed.kind, Landed::Kind::kAlreadyMerged);
    EXPECT_EQ(landed.sha, tip);
    EXPECT_FALSE(landed.reason.empty());
}

TYPED_TEST_P(ForgeContract, IE5AChangedCheckoutRefusesTheLandingWithAReason) {
    const auto head = this->work("T-1", "README", "ours\n");
    const auto tip = this->forge().fetchBase();
    this->world.soilCheckout();
    const auto landed = this->land("T-1", head);
    EXPECT_EQ(landed.kind, Landed::Kind::kRefused);
    EXPECT_FALSE(landed.reason.empty());
    EXPECT_EQ(this->forge().fetchBase(), tip);
}

TYPED_TEST_P(ForgeContract, IG5AMergeByHandIsAdopted) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    EXPECT_EQ(this->forge().landedAs("T-1", head), std::nullopt);
    const auto merge = this->world.mergeByHand(head);
    this->world.commitOnBase("b.txt", "b\n");
    EXPECT_EQ(this->forge().landedAs("T-1", head), merge);
    EXPECT_EQ(this->land("T-1", head).kind, Landed::Kind::kAlreadyMerged);
}

TYPED_TEST_P(ForgeContract, IG7ARevertedMergeIsNotOnTheBaseAndIsNotMergedAgain) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto landed = this->land("T-1", head);
    this->world.revertOnBase(landed.sha);
    EXPECT_EQ(this->forge().landedAs("T-1", head), std::nullopt);
    EXPECT_FALSE(this->forge().onBase(landed.sha));
    EXPECT_EQ(this->land("T-1", head).kind, Landed::Kind::kReverted);
    EXPECT_EQ(this->world.baseContent("a.txt"), "");
}

TYPED_TEST_P(ForgeContract, IE6ABranchGoesOnlyOnceItsLandingIsProven) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->forge().closeWorktree(this->folder("T-1"));
    EXPECT_FALSE(this->forge().dropLanded("T-1", "orch/T-1"));
    this->land("T-1", head);
    EXPECT_EQ(this->forge().branches(), std::vector<std::string>{"orch/T-1"});
    EXPECT_TRUE(this->forge().dropLanded("T-1", "orch/T-1"));
    EXPECT_TRUE(this->forge().branches().empty());
    EXPECT_FALSE(this->forge().dropLanded("T-1", "orch/T-1"));
}

TYPED_TEST_P(ForgeContract, IE6ABranchWithWorkAfterItsLandingStays) {
    this->land("T-1", this->work("T-1", "a.txt", "a\n"));
    this->work("T-1", "b.txt", "b\n");
    this->forge().closeWorktree(this->folder("T-1"));
    EXPECT_FALSE(this->forge().dropLanded("T-1", "orch/T-1"));
    EXPECT_EQ(this->forge().branches().size(), 1U);
}

TYPED_TEST_P(ForgeContract, IE6ABranchWhoseLandingWasRevertedStays) {
    const auto landed = this->land("T-1", this->work("T-1", "a.txt", "a\n"));
    this->forge().closeWorktree(this->folder("T-1"));
    this->world.revertOnBase(landed.sha);
    EXPECT_FALSE(this->forge().dropLanded("T-1", "orch/T-1"));
}

// proves S8
TYPED_TEST_P(ForgeContract, WhatWasTakenOffTheBaseIsNobodysWorkAndDoesNotComeBack) {
    const auto leak = this->world.commitOnBase("leak.txt", "secret\n");
    const auto head = this->work("T-1", "a.txt", "a\n");
    EXPECT_EQ(this->state("T-1").withdrawn, "");
    this->world.withdrawFromBase();
    this->forge().fetchBase();
    const auto state = this->state("T-1");
    EXPECT_EQ(state.withdrawn, leak);
    EXPECT_EQ(state.commits_ahead, 1);
    EXPECT_EQ(this->land("T-1", head).kind, Landed::Kind::kWithdrawn);
    EXPECT_EQ(this->world.baseContent("leak.txt"), "");
}

TYPED_TEST_P(ForgeContract, ABaseThatGetsACommitBackLetsTheWorkLand) {
    const auto leak = this->world.commitOnBase("leak.txt", "no secret\n");
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->state("T-1");
    this->world.withdrawFromBase();
    this->forge().fetchBase();
    EXPECT_EQ(this->state("T-1").withdrawn, leak);
    this->world.mergeByHand(leak);
    this->forge().fetchBase();
    EXPECT_EQ(this->state("T-1").withdrawn, "");
    EXPECT_EQ(this->land("T-1", head).kind, Landed::Kind::kMerged);
}

TYPED_TEST_P(ForgeContract, ARevertedRevertIsOnTheBaseAgain) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    const auto landed = this->land("T-1", head);
    this->world.revertOnBase(this->world.revertOnBase(landed.sha));
    EXPECT_EQ(this->forge().landedAs("T-1", head), landed.sha);
    EXPECT_TRUE(this->forge().onBase(landed.sha));
}

TYPED_TEST_P(ForgeContract, NewWorkAfterARevertLands) {
    const auto head = this->work("T-1", "a.txt", "a\n");
    this->world.revertOnBase(this->land("T-1", head).sha);
    const auto more = this->world.commit(this->folder("T-1"), "orch/T-1", "c.txt", "c\n");
    EXPECT_EQ(this->state("T-1").head, more);
    EXPECT_EQ(this->land("T-1", more).kind, Landed::Kind::kMerged);
    EXPECT_EQ(this->world.baseContent("c.txt"), "c\n");
}

TYPED_TEST_P(ForgeContract, AnUnknownCommitIsNotOnTheBase) {
    EXPECT_FALSE(this->forge().onBase(std::string(40, '1')));
    EXPECT_EQ(this->forge().landedAs("T-1", std::string(40, '1')), std::nullopt);
}

REGISTER_TYPED_TEST_SUITE_P(ForgeContract,
                            PreparingTwiceIsTheSameAsOnce,
                            IE6ABranchGoesOnlyOnceItsLandingIsProven,
                            IE6ABranchWithWorkAfterItsLandingStays,
                            IE6ABranchWhoseLandingWasRevertedStays,
                            WhatWasTakenOffTheBaseIsNobodysWorkAndDoesNotComeBack,
                            ABaseThatGetsACommitBackLetsTheWorkLand,
                            TheFetchedBaseFollowsTheRepository,
                            ANewBranchBeginsAtTheBasesTip,
                            CommitsAndUncommittedChangesAreSeen,
                            OpeningAgainKeepsTheWork,
                            IE2AVanishedWorktreeKeepsWhatWasTakenIn,
                            AtMostTwentyDirtyPathsAreTold,
                            ABranchNameGitWouldNotAcceptIsRefused,
                            APreviewChangesNothing,
                            APreviewNamesWhatConflicts,
                            APreviewSaysWhenNothingWouldChange,
                            APreviewOfAnUnknownCommitIsAnError,
                            TheMergedWorktreeHoldsBothSides,
                            ANewMergeReplacesTheFormerOne,
                            AConflictingMergeCannotBeOpened,
                            ACommitIsOpenedAsItIs,
                            ClosingTwiceIsTheSameAsOnceAndKeepsTheBranch,
                            LandingPutsTheWorkOnTheBase,
                            LandingTwiceFindsTheFirstMerge,
                            AMovedBaseIsToldAndNothingIsDone,
                            TheSecondOfTwoTasksLandsOnTheMovedBase,
                            AConflictLandsNothingAndNamesThePath,
                            ContentThatIsOnTheBaseAlreadyCountsAsMergedAndSaysSo,
                            IE5AChangedCheckoutRefusesTheLandingWithAReason,
                            IG5AMergeByHandIsAdopted,
                            IG7ARevertedMergeIsNotOnTheBaseAndIsNotMergedAgain,
                            ARevertedRevertIsOnTheBaseAgain,
                            NewWorkAfterARevertLands,
                            AnUnknownCommitIsNotOnTheBase);

}  // namespace orch::testing

#include <thread>

#include "forge/local_forge_test.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct WorktreesTest : LocalForgeTest {};

TEST_F(WorktreesTest, AFolderThatLostItsLinkKeepsItsFiles) {
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").write("new.txt", "changed\n");
    fs::remove(world.folder("T-1") / ".git");
    fs::remove(world.folder("T-1") / "README");
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("new.txt"));
    EXPECT_EQ(worktree("T-1").read("README"), "hello\n");
    EXPECT_EQ(worktree("T-1").read("new.txt"), "changed\n");
}

TEST_F(WorktreesTest, AFolderWhoseOtherHalfIsGoneKeepsItsFiles) {
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").write("more.txt", "more\n");
    fs::remove_all(world.mirror() / "worktrees");
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("more.txt"));
}

TEST_F(WorktreesTest, IE2ADeletedFolderIsMadeAgainWithTheCommits) {
    const auto head = work("T-1", "new.txt", "new\n");
    fs::remove_all(world.folder("T-1"));
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_EQ(worktree("T-1").read("new.txt"), "new\n");
}

TEST_F(WorktreesTest, ALockedWorktreeWhoseFolderIsGoneIsMadeAgain) {
    open("T-1");
    GitRepo{world.mirror()}.git({"worktree", "lock", world.folder("T-1").string()});
    fs::remove_all(world.folder("T-1"));
    open("T-1");
    EXPECT_TRUE(worktree("T-1").has("README"));
}

TEST_F(WorktreesTest, AFolderSomebodyElseMadeIsLeftAlone) {
    const auto theirs = GitRepo::create(world.folder("T-1"));
    EXPECT_THROW(open("T-1"), RemoteError);
    EXPECT_THROW(forge().openCommit(world.folder("T-1"), user().tip()), RemoteError);
    EXPECT_THROW(forge().closeWorktree(world.folder("T-1")), RemoteError);
    EXPECT_EQ(theirs.read("README"), "hello\n");
}

TEST_F(WorktreesTest, IE5ALinkToTheUsersTreeIsNotFollowed) {
    fs::create_directories(world.folder("T-1").parent_path());
    fs::create_directory_symlink(user().path(), world.folder("T-1"));
    EXPECT_THROW(open("T-1"), RemoteError);
    EXPECT_THROW(forge().closeWorktree(world.folder("T-1")), RemoteError);
    EXPECT_EQ(user().read("README"), "hello\n");
}

TEST_F(WorktreesTest, IE5TheUsersRepositoryItselfAndWhatHoldsItAreRefused) {
    for (const auto& folder : {user().path(),
                               user().path().parent_path(),
                               world.mirror(),
                               world.mirror() / "x",
                               fs::path{"relative"},
                               fs::path{"/"},
                               world.folder("T-1") / ".." / "T-2"}) {
        EXPECT_THROW(forge().openWorktree(folder, "orch/T-1"), RemoteError) << folder;
        EXPECT_THROW(forge().openCommit(folder, user().tip()), RemoteError) << folder;
        EXPECT_THROW(forge().closeWorktree(folder), RemoteError) << folder;
    }
    EXPECT_EQ(user().read("README"), "hello\n");
}

TEST_F(WorktreesTest, IE5AWorktreeInsideTheUsersTreeNeverActsOnWhatIsAroundIt) {
    const auto folder = user().path() / "state" / "check";
    user().write("mine.txt", "mine\n");
    user().write("README", "changed\n");
    forge().openCommit(folder, forge().fetchBase());
    fs::remove(folder / ".git");
    forge().openCommit(folder, forge().fetchBase());
    EXPECT_EQ(user().read("mine.txt"), "mine\n");
    EXPECT_EQ(user().read("README"), "changed\n");
}

TEST_F(WorktreesTest, CommitsMadeAwayFromTheBranchAreToldAndKept) {
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"checkout", "-q", "--detach"});
    const auto astray = worktree("T-1").commit("astray.txt", "x\n");
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre(HasSubstr("not on its branch orch/T-1")));
    EXPECT_EQ(worktree("T-1").tip(), astray);
}

TEST_F(WorktreesTest, AWorktreeThatLookedAtAnOlderCommitIsPutBackOnItsBranch) {
    work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"checkout", "-q", "HEAD~1"});
    open("T-1");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    EXPECT_TRUE(worktree("T-1").has("new.txt"));
}

TEST_F(WorktreesTest, IgnoredFilesAreNotDirty) {
    open("T-1").commit(".gitignore", "build/\n");
    worktree("T-1").write("build/out.o", "x");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
}

TEST_F(WorktreesTest, PathsWithSpacesNewlinesAndLettersBeyondAsciiAreTold) {
    open("T-1").write("a b/ü.txt", "x");
    worktree("T-1").write("new\nline", "x");
    worktree("T-1").git({"add", "-A"});
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("a b/ü.txt", "new\nline"));
}

TEST_F(WorktreesTest, WhatACheckLeftBehindIsGoneTheNextTime) {
    user().commit(".gitignore", "*.o\n");
    const auto base = forge().fetchBase();
    const auto folder = world.folder("check");
    forge().openCommit(folder, base);
    const GitRepo check{folder};
    check.write("README", "changed\n");
    check.write("x.o", "ignored\n");
    check.write("new/file", "untracked\n");
    GitRepo::create(folder / "nested");
    forge().openCommit(folder, base);
    EXPECT_EQ(check.git({"status", "--porcelain", "--ignored"}), "");
    EXPECT_FALSE(check.has("nested"));
}

TEST_F(WorktreesTest, SubmodulesDoNotHinderOpeningMergingAndClosing) {
    const auto library = GitRepo::create(world.path("library"));
    user().git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    user().commitAll("With a submodule");
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"submodule", "--quiet", "update", "--init"});
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    for (int times = 0; times < 2; ++times) {
        forge().openMerged(world.folder("check"), forge().fetchBase(), head);
        worktree("check").git({"submodule", "--quiet", "update", "--init"});
    }
    EXPECT_EQ(land("T-1", head).kind, Landed::Kind::kMerged);
    forge().closeWorktree(world.folder("check"));
    forge().closeWorktree(world.folder("T-1"));
    EXPECT_FALSE(fs::exists(world.folder("T-1")));
}

TEST_F(WorktreesTest, AClosedWorktreeLeavesNothingBehindInTheMirror) {
    open("T-1");
    forge().closeWorktree(world.folder("T-1"));
    EXPECT_THAT(GitRepo{world.mirror()}.git({"worktree", "list", "--porcelain"}),
                ::testing::Not(HasSubstr("T-1")));
}

TEST_F(WorktreesTest, ANameThatIsTooLongIsASentence) {
    const std::string name(300, 'x');
    try {
        forge().openWorktree(world.folder("T-1"), "orch/" + name);
        FAIL() << "opened";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr("240 bytes"));
    }
}

TEST_F(WorktreesTest, AnAgentFindsNoRemoteToPushTo) {
    EXPECT_EQ(open("T-1").git({"remote"}), "");
    EXPECT_EQ(worktree("T-1").tip("origin/main"), user().tip());
}

}  // namespace orch::testing

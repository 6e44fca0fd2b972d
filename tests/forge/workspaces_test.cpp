#include <stdlib.h>

#include <algorithm>

#include "forge/local_forge_test.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct WorkspacesTest : LocalForgeTest {
    void openCommit(const fs::path& folder, const std::string& commit) {
        forge().openCommit(folder, commit, {}, OpenFor::kAgent);
    }
};

TEST_F(WorkspacesTest, AFolderThatLostItsRepositoryKeepsItsFiles) {
    const auto head = work("T-1", "new.txt", "new\n");
    EXPECT_EQ(stateOf("T-1").head, head);
    worktree("T-1").write("new.txt", "changed\n");
    fs::remove_all(world.folder("T-1") / ".git");
    fs::remove(world.folder("T-1") / "README");
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("new.txt"));
    EXPECT_EQ(worktree("T-1").read("README"), "hello\n");
    EXPECT_EQ(worktree("T-1").read("new.txt"), "changed\n");
}

TEST_F(WorkspacesTest, IE2ADeletedFolderIsMadeAgainWithTheCommits) {
    const auto head = work("T-1", "new.txt", "new\n");
    EXPECT_EQ(stateOf("T-1").head, head);
    fs::remove_all(world.folder("T-1"));
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_EQ(worktree("T-1").read("new.txt"), "new\n");
}

TEST_F(WorkspacesTest, AFolderSomebodyElseMadeIsLeftAlone) {
    const auto theirs = GitRepo::create(world.folder("T-1"));
    EXPECT_THROW(open("T-1"), RemoteError);
    EXPECT_THROW(openCommit(world.folder("T-1"), user().tip()), RemoteError);
    EXPECT_THROW(forge().closeWorktree(world.folder("T-1")), RemoteError);
    EXPECT_EQ(theirs.read("README"), "hello\n");
}

TEST_F(WorkspacesTest, IE5ALinkToTheUsersTreeIsNotFollowed) {
    fs::create_directories(world.folder("T-1").parent_path());
    fs::create_directory_symlink(user().path(), world.folder("T-1"));
    EXPECT_THROW(open("T-1"), RemoteError);
    EXPECT_THROW(forge().closeWorktree(world.folder("T-1")), RemoteError);
    EXPECT_EQ(user().read("README"), "hello\n");
}

TEST_F(WorkspacesTest, IE5TheUsersRepositoryItselfAndWhatHoldsItAreRefused) {
    for (const auto& folder : {user().path(),
                               user().path().parent_path(),
                               world.mirror(),
                               world.mirror() / "x",
                               fs::path{"relative"},
                               fs::path{"/"},
                               world.folder("T-1") / ".." / "T-2"}) {
        EXPECT_THROW(forge().openWorktree(folder, "orch/T-1"), RemoteError) << folder;
        EXPECT_THROW(openCommit(folder, user().tip()), RemoteError) << folder;
        EXPECT_THROW(forge().closeWorktree(folder), RemoteError) << folder;
    }
    EXPECT_EQ(user().read("README"), "hello\n");
}

TEST_F(WorkspacesTest, IE5AWorktreeInsideTheUsersTreeNeverActsOnWhatIsAroundIt) {
    const auto folder = user().path() / "state" / "check";
    user().write("mine.txt", "mine\n");
    user().write("README", "changed\n");
    openCommit(folder, forge().fetchBase());
    fs::remove_all(folder / ".git");
    openCommit(folder, forge().fetchBase());
    EXPECT_EQ(user().read("mine.txt"), "mine\n");
    EXPECT_EQ(user().read("README"), "changed\n");
}

TEST_F(WorkspacesTest, CommitsMadeAwayFromTheBranchAreToldAndKept) {
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"checkout", "-q", "--detach"});
    const auto astray = worktree("T-1").commit("astray.txt", "x\n");
    open("T-1");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre(HasSubstr("not on its branch orch/T-1")));
    EXPECT_EQ(worktree("T-1").tip(), astray);
}

TEST_F(WorkspacesTest, AWorktreeThatLookedAtAnOlderCommitIsPutBackOnItsBranch) {
    work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"checkout", "-q", "HEAD~1"});
    open("T-1");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    EXPECT_TRUE(worktree("T-1").has("new.txt"));
}

TEST_F(WorkspacesTest, IgnoredFilesAreNotDirty) {
    open("T-1").commit(".gitignore", "build/\n");
    worktree("T-1").write("build/out.o", "x");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
}

TEST_F(WorkspacesTest, PathsWithSpacesNewlinesAndLettersBeyondAsciiAreTold) {
    open("T-1").write("a b/ü.txt", "x");
    worktree("T-1").write("new\nline", "x");
    worktree("T-1").git({"add", "-A"});
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("a b/ü.txt", "new\nline"));
}

TEST_F(WorkspacesTest, WhatACheckLeftBehindIsGoneTheNextTime) {
    user().commit(".gitignore", "*.o\n");
    const auto base = forge().fetchBase();
    const auto folder = world.folder("check");
    openCommit(folder, base);
    const GitRepo check{folder};
    check.write("README", "changed\n");
    check.write("x.o", "ignored\n");
    check.write("new/file", "untracked\n");
    GitRepo::create(folder / "nested");
    openCommit(folder, base);
    EXPECT_EQ(check.git({"status", "--porcelain", "--ignored"}), "");
    EXPECT_FALSE(check.has("nested"));
}

TEST_F(WorkspacesTest, SubmodulesDoNotHinderOpeningMergingAndClosing) {
    const auto library = GitRepo::create(world.path("library"));
    user().git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    user().commitAll("With a submodule");
    const auto head = work("T-1", "new.txt", "new\n");
    ASSERT_EQ(stateOf("T-1").head, head);
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

TEST_F(WorkspacesTest, AClosedWorktreeIsMadeAnewLikeOneThatNeverWas) {
    open("T-1");
    forge().closeWorktree(world.folder("T-1"));
    EXPECT_FALSE(fs::exists(world.folder("T-1")));
    GitRepo::create(world.folder("T-1"));
    EXPECT_THROW(open("T-1"), RemoteError);
}

TEST_F(WorkspacesTest, TheStateFolderMayBeMoved) {
    const auto head = work("T-1", "new.txt", "new\n");
    EXPECT_EQ(stateOf("T-1").head, head);
    const auto moved = world.path("moved");
    fs::rename(world.mirror().parent_path(), moved);
    LocalGitForge other(user().path(), "main", moved / "repo.git");
    other.prepare();
    EXPECT_EQ(other.openWorktree(moved / "tasks/T-1", "orch/T-1"), head);
}

TEST_F(WorkspacesTest, ANameThatIsTooLongIsASentence) {
    const std::string name(300, 'x');
    try {
        forge().openWorktree(world.folder("T-1"), "orch/" + name);
        FAIL() << "opened";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr("240 bytes"));
    }
}

TEST_F(WorkspacesTest, AnAgentsPushReachesItsOwnRepositoryAlone) {
    const auto tree = open("T-1");
    tree.commit("new.txt", "new\n");
    tree.git({"push", "-q", "origin", "HEAD:refs/heads/elsewhere"});
    EXPECT_EQ(tree.tip("elsewhere"), tree.tip());
    EXPECT_EQ(user().git({"branch", "--list", "elsewhere"}), "");
    EXPECT_EQ(GitRepo{world.mirror()}.git({"for-each-ref", "refs/heads"}), "");
}

TEST_F(WorkspacesTest, TheBaseHasItsNameAndMovesWithEveryStage) {
    const auto tree = open("T-1");
    const auto tip = user().commit("b", "1\n");
    open("T-1");
    EXPECT_EQ(tree.tip("main"), tip);
    EXPECT_EQ(tree.tip("origin/main"), tip);
    EXPECT_EQ(tree.git({"log", "--oneline", "main..HEAD"}), "");
    tree.git({"fetch", "-q"});
    tree.git({"pull", "-q", "--rebase", "origin", "main"});
    EXPECT_EQ(tree.tip(), tip);
}

TEST_F(WorkspacesTest, WhoJudgesGetsAFolderThatHoldsWhatWasTakenInAndNothingElse) {
    const auto head = work("T-1", "new.txt", "new\n");
    ASSERT_EQ(stateOf("T-1").head, head);
    worktree("T-1").write("uncommitted", "x\n");
    const auto copy = world.folder("T-1.review");
    forge().openCommit(copy, head, "orch/T-1", OpenFor::kAgent);
    const GitRepo review{copy};
    EXPECT_EQ(review.git({"symbolic-ref", "--short", "HEAD"}), "orch/T-1");
    EXPECT_FALSE(review.has("uncommitted"));
    review.commit("by the reviewer", "x\n");
    EXPECT_EQ(stateOf("T-1").head, head);
}

TEST_F(WorkspacesTest, BaseIsFoundWhereverGitKeepsIt) {
    open("T-1");
    const auto loose = user().commit("b", "1\n");
    EXPECT_EQ(open("T-1").tip("origin/main"), loose);
    user().git({"pack-refs", "--all"});
    EXPECT_EQ(open("T-1").tip("origin/main"), loose);
    const auto packed = user().commit("b", "2\n");
    user().git({"pack-refs", "--all"});
    EXPECT_EQ(open("T-1").tip("origin/main"), packed);
}

TEST_F(WorkspacesTest, FilesCalledLikeRefsAreNotTheRepositorys) {
    const auto linked = world.path("linked");
    user().git({"worktree", "add", "-q", "-b", "other", linked.string()});
    const auto before = user().tip("main");
    GitRepo{linked}.commit("refs/heads/main", before + "\n");
    LocalGitForge forge_of_linked(linked, "main", world.path("linked.git"));
    forge_of_linked.prepare();
    const auto tip = user().commit("b", "1\n");
    EXPECT_EQ(forge_of_linked.fetchBase(), tip);
}

TEST_F(WorkspacesTest, AStartRunsFewGitProcesses) {
    const auto counted = world.path("git-count");
    script(counted, "echo run >>'" + counted.string() + ".log'; exec /usr/bin/git \"$@\"");
    fs::create_directories(world.path("bin"));
    fs::rename(counted, world.path("bin/git"));
    const std::string path = getenv("PATH");
    setenv("PATH", (world.path("bin").string() + ":" + path).c_str(), 1);
    open("T-1");
    setenv("PATH", path.c_str(), 1);
    const auto log = GitRepo{world.path("")}.read("git-count.log");
    // for-each-ref of the repository, update-ref and reset.
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 3);
}

}  // namespace orch::testing

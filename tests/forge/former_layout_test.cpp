// The state folder of an orchd before 0.2, whose worktrees hung off a mirror that agents wrote.
#include <fstream>

#include "forge/local_forge_test.hpp"
#include "support/former_layout.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// T-1 is under way there; this orchd begins now.
struct FormerLayoutTest : ::testing::Test {
    void SetUp() override {
        former.open(folder(), "orch/T-1");
        forge.prepare();
    }

    [[nodiscard]] fs::path folder(const std::string& name = "T-1") const {
        return dir / "state" / "worktrees" / name;
    }
    [[nodiscard]] GitRepo tree(const std::string& name = "T-1") const {
        return GitRepo{folder(name)};
    }
    WorkState state(const std::string& task = "T-1") {
        return forge.workState(folder(task), "orch/" + task);
    }
    std::string open(const std::string& task = "T-1") {
        return forge.openWorktree(folder(task), "orch/" + task);
    }
    [[nodiscard]] GitRepo mirror() const { return GitRepo{dir / "state/mirrors/p.git"}; }
    /// The worktree has a repository of its own, which the former mirror has nothing to do with.
    void expectOwnRepository() const {
        EXPECT_TRUE(fs::is_directory(fs::symlink_status(folder() / ".git")));
        const auto aside = former.mirror().string() + ".aside";
        fs::rename(former.mirror(), aside);
        EXPECT_EQ(tree().git({"rev-parse", "--git-common-dir"}), ".git");
        EXPECT_TRUE(tree().succeeds({"fsck", "--strict"}));
        fs::rename(aside, former.mirror());
    }

    TempDir dir;
    GitRepo user = GitRepo::create(dir / "user");
    FormerLayout former{dir / "state/repos/p.git", user};
    LocalGitForge forge{user.path(), "main", dir / "state/mirrors/p.git", {}, former.mirror()};
};

TEST_F(FormerLayoutTest, CommitsOfAWorktreeInUseAreTakenInAndItStaysAsItIs) {
    const auto head = tree().commit("a", "1\n");
    tree().write("b", "not committed\n");
    const auto seen = state();
    EXPECT_EQ(seen.head, head);
    EXPECT_EQ(seen.commits_ahead, 1);
    EXPECT_EQ(seen.trouble, "");
    EXPECT_THAT(seen.dirty, ElementsAre("b"));
    EXPECT_EQ(mirror().tip("refs/orch/T-1"), head);
    const auto next = tree().commitAll("Another");
    EXPECT_EQ(tree().git({"rev-parse", "--git-dir"}), former.gitOf(folder()).string());
    EXPECT_EQ(state().head, next);
    EXPECT_THAT(state().dirty, IsEmpty());
}

TEST_F(FormerLayoutTest, TheNextStageGetsARepositoryOfItsOwnWithTheSameWork) {
    const auto head = tree().commit("a", "1\n");
    tree().write("README", "changed\n");
    tree().write("new", "x\n");
    EXPECT_EQ(open(), head);
    expectOwnRepository();
    EXPECT_EQ(tree().tip(), head);
    EXPECT_EQ(tree().git({"symbolic-ref", "--short", "HEAD"}), "orch/T-1");
    EXPECT_EQ(tree().git({"status", "--porcelain"}), " M README\n?? new");
    EXPECT_EQ(tree().read("README"), "changed\n");
    const auto next = tree().commitAll("Another");
    EXPECT_EQ(state().head, next);
    EXPECT_EQ(open(), next);
}

TEST_F(FormerLayoutTest, FilesThatItsAgentRemovedStayRemoved) {
    tree().commit("a", "1\n");
    fs::remove(folder() / "README");
    open();
    EXPECT_EQ(tree().git({"status", "--porcelain"}), " D README");
    EXPECT_THAT(state().dirty, ElementsAre("README"));
}

TEST_F(FormerLayoutTest, ATaskWhoseWorktreeIsGoneGoesOnWithItsBranch) {
    const auto head = tree().commit("a", "1\n");
    fs::remove_all(folder());
    EXPECT_EQ(state().head, head);
    EXPECT_FALSE(fs::exists(folder()));
    EXPECT_EQ(open(), head);
    expectOwnRepository();
    EXPECT_EQ(tree().read("a"), "1\n");
    EXPECT_THAT(state().dirty, IsEmpty());
}

TEST_F(FormerLayoutTest, ATaskWhoseWorktreeIsGoneAndUnknownGoesOnWithItsBranch) {
    const auto head = tree().commit("a", "1\n");
    fs::remove_all(folder());
    GitRepo{former.mirror()}.git({"worktree", "prune", "--expire=now"});
    EXPECT_EQ(open(), head);
    EXPECT_EQ(tree().read("a"), "1\n");
}

TEST_F(FormerLayoutTest, ABranchThatItsAgentPackedAwayIsFound) {
    const auto head = tree().commit("a", "1\n");
    tree().git({"pack-refs", "--all"});
    ASSERT_FALSE(fs::exists(former.mirror() / "refs/heads/orch/T-1"));
    EXPECT_EQ(state().head, head);
    fs::remove_all(folder());
    EXPECT_EQ(open(), head);
}

TEST_F(FormerLayoutTest, ABranchThatWasPackedInTheMirrorIsFound) {
    const auto head = tree().commit("a", "1\n");
    GitRepo{former.mirror()}.git({"pack-refs", "--all"});
    EXPECT_EQ(state().head, head);
    EXPECT_EQ(open(), head);
}

TEST_F(FormerLayoutTest, AWorktreeWhoseMakingWasKilledIsMadeAnew) {
    std::ofstream(former.gitOf(folder()) / "locked") << "initializing\n";
    fs::remove(folder() / "README");
    open();
    expectOwnRepository();
    EXPECT_THAT(state().dirty, IsEmpty());
    EXPECT_TRUE(tree().has("README"));
}

TEST_F(FormerLayoutTest, TheStateFolderMayHaveBeenMoved) {
    const auto head = tree().commit("a", "1\n");
    tree().write("b", "x\n");
    fs::rename(dir / "state", dir / "moved");
    LocalGitForge moved(
        user.path(), "main", dir / "moved/mirrors/p.git", {}, dir / "moved/repos/p.git");
    moved.prepare();
    const auto there = dir / "moved/worktrees/T-1";
    EXPECT_EQ(moved.openWorktree(there, "orch/T-1"), head);
    EXPECT_EQ(GitRepo{there}.read("b"), "x\n");
    EXPECT_THAT(moved.workState(there, "orch/T-1").dirty, ElementsAre("b"));
}

TEST_F(FormerLayoutTest, CommitsAwayFromTheBranchAreToldAndTheirFilesKept) {
    const auto head = tree().commit("a", "1\n");
    tree().git({"checkout", "-q", "--detach"});
    tree().commit("astray", "x\n");
    EXPECT_EQ(state().head, head);
    EXPECT_THAT(state().dirty, ElementsAre(HasSubstr("not on its branch orch/T-1")));
    open();
    EXPECT_EQ(tree().tip(), head);
    EXPECT_EQ(tree().read("astray"), "x\n");
}

TEST_F(FormerLayoutTest, WorktreesOfChecksAndFinishedTasksCanBeClosedAndMadeAnew) {
    const auto head = tree().commit("a", "1\n");
    former.open(folder("T-1.check"), "orch/check");
    ASSERT_EQ(state().head, head);
    EXPECT_NE(forge.openMerged(folder("T-1.check"), forge.fetchBase(), head), "");
    EXPECT_EQ(tree("T-1.check").read("a"), "1\n");
    forge.closeWorktree(folder());
    EXPECT_FALSE(fs::exists(folder()));
}

TEST_F(FormerLayoutTest, SubmodulesOfAWorktreeInUseAreAskedFor) {
    const auto library = GitRepo::create(dir / "library");
    tree().git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    tree().commitAll("With a submodule");
    EXPECT_THAT(state().loose_links, IsEmpty());
    const auto inner = GitRepo{folder() / "lib"}.commit("new", "x\n");
    tree().commitAll("Not pushed");
    EXPECT_THAT(state().loose_links, ElementsAre("lib (" + inner.substr(0, 7) + ")"));
}

// Hostile: the worktree's agent wrote the file.
TEST_F(FormerLayoutTest, AFileGitThatLeadsElsewhereIsNotFollowed) {
    const auto head = tree().commit("a", "1\n");
    const auto secret = GitRepo::create(dir / "secret");
    secret.git({"checkout", "-q", "-b", "orch/T-1"});
    const auto theirs = secret.commit("secret", "s\n");
    std::ofstream(folder() / ".git") << "gitdir: " << (secret.path() / ".git").string() << "\n";
    EXPECT_EQ(state().head, head);
    EXPECT_EQ(open(), head);
    EXPECT_FALSE(mirror().succeeds({"cat-file", "-e", theirs}));
    EXPECT_EQ(secret.tip(), theirs);
    expectOwnRepository();
}

TEST_F(FormerLayoutTest, AFolderThatIsLinkedToAnotherIsNotFollowed) {
    fs::remove_all(folder());
    fs::create_directory_symlink(user.path(), folder());
    EXPECT_THROW(open(), RemoteError);
    EXPECT_THROW(forge.closeWorktree(folder()), RemoteError);
    EXPECT_EQ(user.read("README"), "hello\n");
}

// Hostile: an agent could write every file in refs/heads/orch.
TEST_F(FormerLayoutTest, ABranchMadeBeforeItsTaskIsNotThatTasks) {
    tree().commit("evil", "x\n");
    tree().git({"branch", "orch/T-2"});
    ASSERT_TRUE(fs::exists(former.mirror() / "refs/heads/orch/T-2"));
    EXPECT_EQ(open("T-2"), user.tip());
    EXPECT_EQ(state("T-2").commits_ahead, 0);
}

// Hostile: its git folder was the agent's own.
TEST_F(FormerLayoutTest, AnotherWorktreesGitFolderCannotPassForIt) {
    former.open(folder("T-2"), "orch/T-2");
    const auto head = tree().commit("a", "1\n");
    tree("T-2").commit("evil", "x\n");
    fs::copy_file(former.gitOf(folder()) / "gitdir",
                  former.gitOf(folder("T-2")) / "gitdir",
                  fs::copy_options::overwrite_existing);
    EXPECT_EQ(state().head, head);
    EXPECT_EQ(open(), head);
    EXPECT_FALSE(tree().has("evil"));
}

TEST_F(FormerLayoutTest, AGitFolderThatIsBrokenIsTheTasksTroubleAndItsBranchIsKept) {
    const auto head = tree().commit("a", "1\n");
    tree().write("b", "x\n");
    std::ofstream(former.gitOf(folder()) / "HEAD") << "rubbish\n";
    const auto seen = state();
    EXPECT_EQ(seen.head, head);
    EXPECT_THAT(seen.trouble, Not(IsEmpty()));
    EXPECT_EQ(open(), head);
    EXPECT_EQ(tree().git({"status", "--porcelain"}), "?? b");
    expectOwnRepository();
}

TEST_F(FormerLayoutTest, WhereTheMirrorCannotBeReadNothingBeginsAnew) {
    const auto head = tree().commit("a", "1\n");
    const auto config = GitRepo{former.mirror()}.read("config");
    std::ofstream(former.mirror() / "config") << "[core\n";
    EXPECT_THROW(open(), RemoteError);
    EXPECT_EQ(tree().read("a"), "1\n");
    std::ofstream(former.mirror() / "config") << config;
    EXPECT_EQ(open(), head);
}

// Hostile: every agent could write the others' files in refs/heads/orch.
TEST_F(FormerLayoutTest, RubbishAmongTheBranchesIsNobodyElsesTrouble) {
    const auto head = tree().commit("a", "1\n");
    std::ofstream(former.mirror() / "refs/heads/orch/T-2") << "rubbish\n";
    std::ofstream(former.mirror() / "refs/heads/orch/T-3") << "";
    EXPECT_EQ(state().head, head);
    EXPECT_EQ(open(), head);
}

TEST_F(FormerLayoutTest, AnObjectThatIsNotWhatItsNameSaysDoesNotGetIn) {
    tree().commit("a", "1\n");
    const auto blob = tree().git({"rev-parse", "HEAD:a"});
    tree().write("b", "22\n");
    const auto evil = tree().git({"hash-object", "-w", "b"});
    fs::remove(folder() / "b");
    const auto loose = [&](const std::string& sha) {
        return former.mirror() / "objects" / sha.substr(0, 2) / sha.substr(2);
    };
    fs::remove(loose(blob));
    fs::copy_file(loose(evil), loose(blob));
    EXPECT_THROW((void)state(), RemoteError);
    EXPECT_FALSE(mirror().succeeds({"cat-file", "-e", blob}));
}

}  // namespace orch::testing

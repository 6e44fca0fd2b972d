#include "forge/own_view.hpp"

#include "forge/local_forge_test.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

/// A worktree's git folder belongs to whoever works in it.
struct OwnViewTest : LocalForgeTest {
    [[nodiscard]] fs::path admin(const std::string& task) const {
        return world.mirror() / "worktrees" / task;
    }
    [[nodiscard]] GitRepo mirror() const { return GitRepo{world.mirror()}; }
};

TEST_F(OwnViewTest, StashBranchesAndTagsArePrivate) {
    const auto tree = open("T-1");
    tree.commit("a", "1\n");
    tree.write("a", "2\n");
    tree.git({"stash"});
    tree.git({"branch", "mine"});
    tree.git({"tag", "mine"});
    EXPECT_EQ(mirror().git({"for-each-ref", "--format=%(refname)"}),
              "refs/heads/orch/T-1\nrefs/remotes/origin/main");
    EXPECT_EQ(open("T-2").git({"stash", "list"}), "");
    EXPECT_EQ(open("T-1").git({"stash", "list"}).substr(0, 9), "stash@{0}");
}

TEST_F(OwnViewTest, SettingsArePrivateAndOrchdDoesNotReadThem) {
    const auto tree = open("T-1");
    tree.git({"config", "core.bare", "true"});
    tree.git({"config", "status.showUntrackedFiles", "no"});
    tree.write("new", "x\n");
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("new"));
}

TEST_F(OwnViewTest, CommitsAreOnTheTasksBranchOfTheMirror) {
    const auto head = work("T-1", "a", "1\n");
    EXPECT_EQ(mirror().tip("orch/T-1"), head);
    EXPECT_EQ(stateOf("T-1").head, head);
}

TEST_F(OwnViewTest, BaseMovesOnInAnOpenWorktree) {
    const auto tree = open("T-1");
    const auto tip = user().commit("b", "1\n");
    (void)forge().fetchBase();
    EXPECT_EQ(tree.tip("origin/main"), tip);
}

TEST_F(OwnViewTest, WorktreeOfAFormerReleaseGetsOne) {
    open("T-1").commit("a", "1\n");
    fs::remove_all(admin("T-1") / "common");
    GitRepo{admin("T-1")}.write("commondir", "../..\n");
    EXPECT_TRUE(open("T-1").git({"rev-parse", "--git-common-dir"}).ends_with("T-1/common"));
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
}

TEST_F(OwnViewTest, SettingsOfAFolderThatLeadsElsewhereAreNotTaken) {
    const auto tree = open("T-1");
    const auto evil = GitRepo::createBare(world.path("evil"), user());
    script(world.path("evil") / "trap", "touch '" + world.path("caught").string() + "'; cat");
    evil.git({"config", "filter.evil.clean", (world.path("evil") / "trap").string()});
    GitRepo{admin("T-1")}.write("commondir", evil.path().string() + "\n");
    tree.write(".gitattributes", "* filter=evil\n");
    tree.write("README", "HELLO\n");
    EXPECT_THAT(stateOf("T-1").dirty, Contains("README"));
    EXPECT_FALSE(fs::exists(world.path("caught")));
}

TEST_F(OwnViewTest, CollectingGarbageTakesNoBranchFromTheMirror) {
    const auto head = work("T-1", "a", "1\n");
    EXPECT_TRUE(open("T-2").succeeds({"gc", "--quiet"}));
    EXPECT_EQ(mirror().tip("orch/T-1"), head);
    EXPECT_EQ(stateOf("T-1").head, head);
}

TEST_F(OwnViewTest, BranchesThatAnotherWorktreePackedAwayComeBack) {
    const auto head = work("T-1", "a", "1\n");
    open("T-2").git({"pack-refs", "--all"});
    (void)forge().fetchBase();  // the base's was packed away as well
    EXPECT_FALSE(mirror().succeeds({"rev-parse", "--verify", "--quiet", "refs/heads/orch/T-1"}));
    EXPECT_EQ(stateOf("T-1").head, head);
    open("T-2");
    EXPECT_EQ(mirror().tip("orch/T-1"), head);
}

TEST_F(OwnViewTest, ListThatNamesWhatIsNoBranchChangesNothing) {
    open("T-1");
    const auto tip = user().tip();
    GitRepo{admin("T-1")}.write("common/packed-refs",
                                tip + " refs/heads/orch/../../../../evil\n" + std::string(40, '0') +
                                    " refs/heads/orch/T-7\n--help " + "refs/heads/orch/T-8\n");
    open("T-1");
    EXPECT_EQ(mirror().git({"for-each-ref", "--format=%(refname)"}),
              "refs/heads/orch/T-1\nrefs/remotes/origin/main");
}

TEST_F(OwnViewTest, LinkInItsGitFolderIsNotWrittenThrough) {
    const auto tree = open("T-1");
    tree.git({"checkout", "-q", "--detach"});
    const auto victim = user().path() / "victim";
    user().write("victim", "mine\n");
    fs::remove(admin("T-1") / "logs/HEAD");
    fs::create_symlink(victim, admin("T-1") / "logs/HEAD");
    open("T-1");
    EXPECT_EQ(tree.git({"symbolic-ref", "HEAD"}), "refs/heads/orch/T-1");
    EXPECT_EQ(user().read("victim"), "mine\n");
}

TEST_F(OwnViewTest, GitFolderNamedByAPathThatClimbsIsForeign) {
    const auto tree = open("T-1");
    tree.write(".git", "gitdir: " + (world.mirror() / "worktrees/..").string() + "\n");
    EXPECT_THROW(open("T-1"), RemoteError);
    EXPECT_THROW((void)stateOf("T-1"), RemoteError);
}

TEST_F(OwnViewTest, NestedRepositorysSettingsRunNothing) {
    const auto tree = open("T-1");
    const auto nested = GitRepo::create(tree.path() / "nested");
    tree.commitAll("Nested");
    script(tree.path() / ".." / "trap", "touch '" + world.path("caught").string() + "'; cat");
    nested.git({"config", "filter.evil.clean", (tree.path() / ".." / "trap").string()});
    nested.write(".gitattributes", "* filter=evil\n");
    nested.write("README", "HELLO\n");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    EXPECT_FALSE(fs::exists(world.path("caught")));
}

TEST_F(OwnViewTest, ConfinedProgramNeedsLittleOfTheMirror) {
    open("T-1");
    const auto& mirror = world.mirror();
    EXPECT_THAT(forge().pathsFor(world.folder("T-1"), "orch/T-1"),
                ElementsAre(PathRule{admin("T-1"), PathAccess::kPlain},
                            PathRule{mirror / "objects", PathAccess::kPlain},
                            PathRule{mirror / "refs/remotes", PathAccess::kRead},
                            PathRule{mirror / "refs/heads/orch", PathAccess::kPlain}));
    EXPECT_THAT(forge().pathsFor(world.folder("T-1"), ""),
                Contains(PathRule{mirror / "objects", PathAccess::kRead}));
}

}  // namespace orch::testing

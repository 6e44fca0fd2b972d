// What an agent may do to the repository of its worktree, and what comes of it.
#include <sys/stat.h>

#include <fstream>

#include "forge/local_forge_test.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

struct HostileRepositoryTest : LocalForgeTest {
    [[nodiscard]] fs::path gitFolder(const std::string& task = "T-1") const {
        return world.folder(task) / ".git";
    }
    [[nodiscard]] GitRepo mirror() const { return GitRepo{world.mirror()}; }
    void write(const std::string& name, const std::string& text) const {
        GitRepo{gitFolder()}.write(name, text);
    }
    /// The agent's repository became unusable after its work was taken in: it is made anew from
    /// what was, and other tasks notice nothing.
    void expectHealed(const std::string& head) {
        const auto before = stateOf("T-1");
        EXPECT_EQ(before.head, head);
        EXPECT_THAT(before.trouble, Not(IsEmpty()));
        open("T-1");
        const auto after = stateOf("T-1");
        EXPECT_EQ(after.head, head);
        EXPECT_EQ(after.trouble, "");
        EXPECT_THAT(after.dirty, IsEmpty());
        work("T-2", "two", "2\n");
        EXPECT_EQ(stateOf("T-2").commits_ahead, 1);
    }
    std::string takenIn() {
        const auto head = work("T-1", "a", "1\n");
        EXPECT_EQ(stateOf("T-1").head, head);
        return head;
    }
};

TEST_F(HostileRepositoryTest, StashBranchesAndTagsAreItsOwn) {
    const auto tree = open("T-1");
    tree.commit("a", "1\n");
    tree.write("a", "2\n");
    tree.git({"stash"});
    tree.git({"branch", "orch/T-2"});
    tree.git({"tag", "mine"});
    (void)stateOf("T-1");
    EXPECT_EQ(mirror().git({"for-each-ref", "--format=%(refname)"}),
              "refs/base\nrefs/fetched\nrefs/orch/T-1");
    EXPECT_EQ(open("T-2").git({"stash", "list"}), "");
    EXPECT_EQ(stateOf("T-2").commits_ahead, 0);
    EXPECT_EQ(open("T-1").git({"stash", "list"}).substr(0, 9), "stash@{0}");
}

/// The settings of the user that agents run as, which each of them can write.
struct HomeTest : HostileRepositoryTest {
    void SetUp() override {
        HostileRepositoryTest::SetUp();
        if (const char* home = getenv("HOME")) home_ = home;
        fs::create_directories(home());
        setenv("HOME", home().c_str(), 1);
        user().write("test.sh", "exit 1\n");
        user().write("kept", "kept\n");
        user().git({"add", "."});
        user().git({"commit", "-qm", "Fail"});
        GitRepo{home()}.write(".gitconfig",
                              "[core]\n\tattributesFile = " + (home() / "attributes").string() +
                                  "\n\tautocrlf = true\n[filter \"x\"]\n\tsmudge = sed s/1/0/\n"
                                  "\tclean = sed s/0/1/\n[user]\n\temail = a@b\n\tname = A\n");
        GitRepo{home()}.write("attributes", "test.sh filter=x\n");
        GitRepo{home()}.write(".config/git/attributes", "kept filter=x eol=crlf\n");
    }
    void TearDown() override { setenv("HOME", home_.c_str(), 1); }
    [[nodiscard]] fs::path home() const { return world.path("agents home"); }
    std::string home_;
};

// proves S8: what a check or a reviewer sees is what lands
TEST_F(HomeTest, SettingsThatOtherAgentsCanWriteDecideNothingThatIsJudged) {
    EXPECT_EQ(open("T-1").read("test.sh"), "exit 1\n");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    const auto head = work("T-2", "new", "1\n");
    forge().openMerged(world.folder("T-2.check"), user().tip(), head);
    forge().openCommit(world.folder("T-2.review"), head, "orch/T-2", OpenFor::kAgent);
    for (const auto* folder : {"T-2.check", "T-2.review"}) {
        EXPECT_EQ(worktree(folder).read("test.sh"), "exit 1\n") << folder;
        EXPECT_EQ(worktree(folder).read("kept"), "kept\n") << folder;
    }
}

// proves S8: a diff from one of several merge bases does not show all that a merge brings
TEST_F(HostileRepositoryTest, BranchWithSeveralMergeBasesIsToldUntilTheBaseIsPartOfIt) {
    const auto first = user().commit("a", "1\n");
    user().git({"checkout", "-q", "-b", "side", first + "^"});
    const auto side = user().commit("b", "1\n");
    user().git({"checkout", "-q", "main"});
    user().git({"merge", "-q", "--no-ff", "-m", "Merge", "side"});
    const auto tree = open("T-1");
    EXPECT_EQ(stateOf("T-1").merge_bases, 1);
    const auto crossed = tree.git({"commit-tree",
                                   side + "^{tree}",
                                   "-p",
                                   side,
                                   "-p",
                                   first,
                                   "-m",
                                   "Take back what main has"});
    tree.git({"reset", "-q", "--hard", crossed});
    EXPECT_EQ(stateOf("T-1").merge_bases, 2);
    tree.git({"merge", "-q", "-m", "Take main in", "main"});
    EXPECT_EQ(stateOf("T-1").merge_bases, 1);
}

// proves S8: a task does not land under another's gates, nor counts as landed by it
TEST_F(HostileRepositoryTest, CommitsOfAnotherTaskDoNotGetIn) {
    const auto theirs = work("T-1", "a", "1\n");
    const auto tree = open("T-2");
    const auto own = tree.commit("b", "2\n");
    EXPECT_EQ(stateOf("T-2").head, own);
    tree.git({"merge", "-q", "-s", "ours", "-m", "Pretend", theirs});
    const auto state = stateOf("T-2");
    EXPECT_EQ(state.head, own);
    EXPECT_THAT(state.trouble, HasSubstr("1 of its commits are another task's"));
    tree.git({"reset", "-q", "--hard", own});
    tree.git({"cherry-pick", theirs});
    EXPECT_EQ(stateOf("T-2").trouble, "");
    ASSERT_TRUE(land("T-1", theirs).sha.size() >= 40);
    tree.git({"fetch", "-q"});
    tree.git({"reset", "-q", "--hard", own});
    forge().openWorktree(world.folder("T-2"), "orch/T-2");
    tree.git({"merge", "-q", "-m", "Take main in", "main"});
    EXPECT_EQ(stateOf("T-2").trouble, "") << "what landed is everybody's";
}

TEST_F(HostileRepositoryTest, WorkIsTakenInAgainWhereTheMirrorWasMadeAnew) {
    const auto head = work("T-1", "a", "1\n");
    worktree("T-1").write("b", "not committed\n");
    fs::remove_all(world.mirror());
    LocalGitForge again(user().path(), "main", world.mirror());
    again.prepare();
    const auto state = again.workState(world.folder("T-1"), "orch/T-1");
    EXPECT_EQ(state.head, head);
    EXPECT_EQ(state.commits_ahead, 1);
    EXPECT_THAT(state.dirty, ElementsAre("b"));
    again.openWorktree(world.folder("T-1"), "orch/T-1");
    EXPECT_EQ(worktree("T-1").tip(), head);
}

TEST_F(HostileRepositoryTest, SubmoduleWithARelativeUrlIsFetched) {
    const auto lib = GitRepo::create(world.path("lib.git"));
    const auto local = std::vector<std::string>{"-c", "protocol.file.allow=always", "submodule"};
    const auto submodule = [&](const GitRepo& tree, std::vector<std::string> words) {
        words.insert(words.begin(), local.begin(), local.end());
        return tree.git(words);
    };
    submodule(user(), {"--quiet", "add", "../lib.git", "lib"});
    user().git({"commit", "-qm", "Use the library"});
    const auto tree = open("T-1");
    submodule(tree, {"--quiet", "update", "--init"});
    EXPECT_EQ(GitRepo{tree.path() / "lib"}.tip(), lib.tip());
    const auto base = user().commit("a", "1\n");
    forge().fetchBase();
    open("T-1");
    tree.git({"pull", "-q", "--rebase", "origin", "main"});
    EXPECT_EQ(tree.tip(), base);
}

TEST_F(HostileRepositoryTest, NoPasswordOfTheRepositorysOriginIsInAWorktree) {
    user().git({"remote", "add", "origin", "https://me:s3cret@host.example/team/work.git"});
    LocalGitForge again(user().path(), "main", world.mirror());
    again.prepare();
    again.openWorktree(world.folder("T-1"), "orch/T-1");
    EXPECT_EQ(worktree("T-1").git({"config", "remote.origin.url"}),
              "https://host.example/team/work.git/");
    worktree("T-1").git({"fetch", "-q"});
}

TEST_F(HostileRepositoryTest, TagsAndExcludesOfTheRepositoryAreThere) {
    user().git({"tag", "-a", "-m", "One", "v1.0"});
    GitRepo{user().path() / ".git"}.write("info/exclude", "localbuild/\n");
    const auto tree = open("T-1");
    EXPECT_EQ(tree.git({"describe"}), "v1.0");
    tree.write("localbuild/file", "x\n");
    EXPECT_EQ(tree.git({"status", "--porcelain"}), "");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    user().commit("a", "1\n");
    user().git({"tag", "-d", "v1.0"});
    user().git({"tag", "deep/v2"});
    user().git({"tag", "-f", "moved", "HEAD^"});
    EXPECT_EQ(open("T-2").git({"tag"}), "deep/v2\nmoved");
    user().git({"tag", "-f", "moved", "HEAD"});
    EXPECT_EQ(open("T-3").tip("moved"), user().tip());
    forge().openCommit(world.folder("deploy"), user().tip(), {}, OpenFor::kOrchd);
    EXPECT_EQ(worktree("deploy").git({"describe", "--tags", "--match", "deep/*"}), "deep/v2");
}

TEST_F(HostileRepositoryTest, WhatItsOwnGitStatusShowsIsWhatIsJudged) {
    const auto tree = open("T-1");
    tree.write("new", "x\n");
    EXPECT_THAT(stateOf("T-1").dirty, ElementsAre("new"));
    write("info/exclude", "new\n");
    EXPECT_EQ(tree.git({"status", "--porcelain"}), "");
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
}

TEST_F(HostileRepositoryTest, GitFolderThatIsAFileIsMadeAnew) {
    const auto head = takenIn();
    fs::remove_all(gitFolder());
    worktree("T-1").write(".git", "gitdir: " + world.mirror().string() + "\n");
    expectHealed(head);
}

TEST_F(HostileRepositoryTest, GitFolderThatIsALinkIsMadeAnew) {
    const auto head = takenIn();
    fs::remove_all(gitFolder());
    fs::create_directory_symlink(world.mirror(), gitFolder());
    expectHealed(head);
    EXPECT_EQ(mirror().tip("refs/base"), user().tip());
}

TEST_F(HostileRepositoryTest, GitFolderThatIsAPipeIsMadeAnew) {
    const auto head = takenIn();
    fs::remove_all(gitFolder());
    ASSERT_EQ(mkfifo(gitFolder().c_str(), 0600), 0);
    expectHealed(head);
}

TEST_F(HostileRepositoryTest, EmptyGitFolderIsMadeAnew) {
    const auto head = takenIn();
    fs::remove_all(gitFolder());
    fs::create_directory(gitFolder());
    expectHealed(head);
}

TEST_F(HostileRepositoryTest, SettingsThatGitCannotReadAreMadeAnew) {
    const auto head = takenIn();
    write("config", "[core\n");
    expectHealed(head);
}

TEST_F(HostileRepositoryTest, RepositoryThatLeadsElsewhereIsMadeAnew) {
    const auto head = takenIn();
    write("commondir", "/nowhere\n");
    expectHealed(head);
}

TEST_F(HostileRepositoryTest, BrokenRepositoryIsKeptUntilTheTaskIsOver) {
    takenIn();
    const auto unseen = worktree("T-1").commit("b", "2\n");
    write("config", "[core\n");
    open("T-1");
    const auto aside = world.folder("T-1.broken");
    EXPECT_TRUE(fs::exists(aside / "objects" / unseen.substr(0, 2) / unseen.substr(2)));
    forge().closeWorktree(world.folder("T-1"));
    EXPECT_FALSE(fs::exists(aside));
}

// E3
TEST_F(HostileRepositoryTest, EmptyRefFilesSpoilNobodyElse) {
    const auto head = takenIn();
    write("refs/heads/orch/T-999", "");
    write("refs/heads/" + std::string(200, 'x'), "rubbish\n");
    EXPECT_EQ(stateOf("T-1").head, head);
    work("T-2", "two", "2\n");
    EXPECT_EQ(stateOf("T-2").commits_ahead, 1);
    EXPECT_EQ(forge().fetchBase(), user().tip());
    LocalGitForge again(user().path(), "main", world.mirror());
    again.prepare();
    EXPECT_EQ(again.fetchBase(), user().tip());
}

// E11
TEST_F(HostileRepositoryTest, SixtyThousandPackedRefsAreItsOwnTrouble) {
    const auto head = takenIn();
    std::ofstream refs(gitFolder() / "packed-refs");
    for (int number = 0; number < 60'000; ++number) {
        refs << head << " refs/heads/orch/T-" << number + 10 << "\n";
    }
    refs.close();
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_THAT(forge().branches(), ElementsAre("orch/T-1"));
}

// E15
TEST_F(HostileRepositoryTest, BranchMadeBeforeItsTaskIsNotThatTasks) {
    const auto tree = open("T-1");
    tree.commit("a", "1\n");
    tree.git({"branch", "orch/T-2"});
    (void)stateOf("T-1");
    EXPECT_EQ(open("T-2").tip(), user().tip());
    EXPECT_EQ(stateOf("T-2").commits_ahead, 0);
}

// A1: another task's agent knows the commit, and cannot put it on the branch.
TEST_F(HostileRepositoryTest, NoOtherTaskMovesItsBranch) {
    const auto head = takenIn();
    const auto other = open("T-2");
    other.commit("evil", "x\n");
    other.git({"branch", "-f", "orch/T-1"});
    other.git({"push", "-q", "origin", "+orch/T-2:orch/T-1"});
    (void)stateOf("T-2");
    EXPECT_EQ(stateOf("T-1").head, head);
}

// E1, E4: an object that is not what its name says, however git was made to believe it.
TEST_F(HostileRepositoryTest, ObjectThatIsNotWhatItsNameSaysDoesNotGetIn) {
    user().commit("deploy.sh", "echo honest\n");
    const auto tree = open("T-1");
    const auto head = tree.commit("a", "1\n");
    const auto blob = tree.git({"rev-parse", "HEAD:a"});
    const auto loose = gitFolder() / "objects" / blob.substr(0, 2) / blob.substr(2);
    tree.write("b", "22\n");
    const auto evil = tree.git({"hash-object", "-w", "b"});
    fs::remove(tree.path() / "b");
    fs::remove(loose);
    fs::copy_file(gitFolder() / "objects" / evil.substr(0, 2) / evil.substr(2), loose);
    const auto state = stateOf("T-1");
    // Refused, or taken in under the name of what it is: never under the name of another.
    EXPECT_FALSE(mirror().succeeds({"cat-file", "-e", blob}) &&
                 mirror().git({"cat-file", "-p", blob}) == "22");
    EXPECT_NE(state.head, head);
    EXPECT_THAT(state.trouble, HasSubstr("taking in"));
}

TEST_F(HostileRepositoryTest, HiddenObjectOfTheBaseStaysWhatItIs) {
    user().commit("deploy.sh", "echo honest\n");
    const auto tree = open("T-1");
    const auto honest = tree.git({"rev-parse", "HEAD:deploy.sh"});
    tree.write("b", "echo evil\n");
    const auto evil = tree.git({"hash-object", "-w", "b"});
    fs::remove(tree.path() / "b");
    const auto place = gitFolder() / "objects" / honest.substr(0, 2);
    fs::create_directories(place);
    fs::copy_file(gitFolder() / "objects" / evil.substr(0, 2) / evil.substr(2),
                  place / honest.substr(2));
    const auto head = tree.commit("a", "1\n");
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_EQ(mirror().git({"cat-file", "-p", head + ":deploy.sh"}), "echo honest");
    forge().openCommit(world.folder("T-1.deploy"), head, {}, OpenFor::kOrchd);
    EXPECT_EQ(worktree("T-1.deploy").read("deploy.sh"), "echo honest\n");
}

TEST_F(HostileRepositoryTest, HistoryThatMissesAnObjectDoesNotGetIn) {
    const auto before = takenIn();
    const auto tree = worktree("T-1");
    tree.commit("b", "2\n");
    const auto blob = tree.git({"rev-parse", "HEAD:b"});
    fs::remove(gitFolder() / "objects" / blob.substr(0, 2) / blob.substr(2));
    const auto state = stateOf("T-1");
    EXPECT_EQ(state.head, before);
    EXPECT_THAT(state.trouble, HasSubstr("taking in"));
}

TEST_F(HostileRepositoryTest, BranchThatIsNoCommitDoesNotGetIn) {
    const auto before = takenIn();
    const auto blob = worktree("T-1").git({"rev-parse", "HEAD:a"});
    write("refs/heads/orch/T-1", blob + "\n");
    const auto state = stateOf("T-1");
    EXPECT_EQ(state.head, before);
    EXPECT_THAT(state.trouble, Not(IsEmpty()));
}

TEST_F(HostileRepositoryTest, AmendedAndRebasedWorkIsTakenInAsItIs) {
    takenIn();
    const auto tree = worktree("T-1");
    tree.git({"commit", "-q", "--amend", "-m", "Another"});
    const auto amended = tree.tip();
    EXPECT_EQ(stateOf("T-1").head, amended);
    EXPECT_EQ(stateOf("T-1").commits_ahead, 1);
    user().commit("base", "moved\n");
    open("T-1");
    tree.git({"rebase", "-q", "main"});
    const auto rebased = tree.tip();
    EXPECT_NE(rebased, amended);
    EXPECT_EQ(stateOf("T-1").head, rebased);
}

// G1
TEST_F(HostileRepositoryTest, TheAdviceForAWithdrawnCommitWorksAsWritten) {
    const auto leak = user().commit("leak.txt", "secret\n");
    work("T-1", "a", "1\n");
    EXPECT_EQ(stateOf("T-1").withdrawn, "");
    user().git({"update-ref", "refs/heads/main", "main^1"});
    (void)forge().fetchBase();
    EXPECT_EQ(stateOf("T-1").withdrawn, leak);
    const auto tree = open("T-1");
    tree.git({"rebase", "-q", "--onto", "main", leak.substr(0, 7), "orch/T-1"});
    EXPECT_EQ(stateOf("T-1").withdrawn, "");
    EXPECT_EQ(stateOf("T-1").commits_ahead, 1);
    EXPECT_FALSE(tree.has("leak.txt"));
}

// A4
TEST_F(HostileRepositoryTest, NestedRepositoryIsALinkThatNobodyCanFollow) {
    const auto tree = open("T-1");
    GitRepo::create(tree.path() / "w");
    tree.commitAll("Nested");
    EXPECT_THAT(stateOf("T-1").loose_links, ElementsAre(HasSubstr("w (")));
}

TEST_F(HostileRepositoryTest, SubmoduleWhoseCommitWasNotPushedIsLoose) {
    const auto library = GitRepo::create(world.path("library"));
    user().git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    user().commitAll("With a submodule");
    const auto tree = open("T-1");
    tree.git({"submodule", "--quiet", "update", "--init"});
    EXPECT_THAT(stateOf("T-1").loose_links, IsEmpty());
    const auto inner = GitRepo{tree.path() / "lib"}.commit("new", "x\n");
    tree.commitAll("A newer library");
    EXPECT_THAT(stateOf("T-1").loose_links, ElementsAre("lib (" + inner.substr(0, 7) + ")"));
    library.git({"fetch", "-q", (tree.path() / "lib").string(), inner + ":refs/heads/newer"});
    EXPECT_THAT(stateOf("T-1").loose_links, IsEmpty());
}

}  // namespace orch::testing

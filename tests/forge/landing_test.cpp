#include <fcntl.h>
#include <sys/file.h>

#include <thread>

#include "forge/local_forge_test.hpp"
#include "forge/repository_lock.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Kind = Landed::Kind;

struct LandingTest : LocalForgeTest {};

TEST_F(LandingTest, ACleanCheckoutOfTheBaseFollows) {
    const auto landed = land("T-1", work("T-1", "dir ö/new.txt", "new\n"));
    EXPECT_EQ(landed.kind, Kind::kMerged) << landed.reason;
    EXPECT_EQ(user().read("dir ö/new.txt"), "new\n");
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
    EXPECT_EQ(user().git({"symbolic-ref", "HEAD"}), "refs/heads/main");
}

// proves X5
TEST_F(LandingTest, AHookThatEverybodyCanWriteByNowDoesNotRun) {
    const auto file = user().path() / ".git/hooks/post-receive";
    const auto ran = user().path() / ".git/ran";
    hook("post-receive", "touch \"" + ran.string() + "\"");
    fs::permissions(file, fs::perms::all);
    const auto tip = user().tip("main");
    const auto head = work("T-1", "new.txt", "new\n");
    try {
        (void)land("T-1", head);
        FAIL() << "it landed";
    } catch (const RemoteError& refusal) {
        EXPECT_THAT(refusal.what(), HasSubstr("post-receive may be written by everybody"));
    }
    EXPECT_EQ(user().tip("main"), tip);
    EXPECT_FALSE(fs::exists(ran));
    fs::permissions(file, fs::perms::owner_all);
    EXPECT_EQ(land("T-1", head).kind, Kind::kMerged);
    EXPECT_TRUE(fs::exists(ran));
}

TEST_F(LandingTest, IE5AnUncommittedChangeIsNeverTouchedEvenInAnotherFile) {
    user().write("README", "mine\n");
    const auto tip = user().tip("main");
    const auto landed = land("T-1", work("T-1", "new.txt", "new\n"));
    EXPECT_EQ(landed.kind, Kind::kRefused);
    EXPECT_THAT(landed.reason, AllOf(HasSubstr("commit, stash"), HasSubstr("README")));
    EXPECT_EQ(user().read("README"), "mine\n");
    EXPECT_EQ(user().tip("main"), tip);
    EXPECT_FALSE(user().has("new.txt"));
}

TEST_F(LandingTest, IE5AStagedChangeIsNeverTouched) {
    user().write("staged.txt", "mine\n");
    user().git({"add", "staged.txt"});
    EXPECT_EQ(land("T-1", work("T-1", "new.txt", "new\n")).kind, Kind::kRefused);
    EXPECT_EQ(user().git({"status", "--porcelain"}), "A  staged.txt");
}

TEST_F(LandingTest, IE5AnUntrackedFileInTheWayIsNeverOverwritten) {
    const auto head = work("T-1", "new.txt", "theirs\n");
    user().write("new.txt", "mine\n");
    const auto landed = land("T-1", head);
    EXPECT_EQ(landed.kind, Kind::kRefused);
    EXPECT_THAT(landed.reason, HasSubstr("new.txt"));
    EXPECT_EQ(user().read("new.txt"), "mine\n");
}

// What git ignores it overwrites and deletes without a word.
struct IgnoredFilesTest : LandingTest {
    void SetUp() override {
        LandingTest::SetUp();
        user().write(".gitignore", ".env\nlocal\nlink\n");
        user().write("kept/a", "a\n");
        user().commitAll("Ignore");
    }
    std::string forced(const std::string& path, const std::string& text) {
        auto work = open("T-1");
        work.write(path, text);
        work.git({"add", "-f", "."});
        work.git({"commit", "-q", "-m", "forced"});
        return stateOf("T-1").head;
    }
    void expectRefused(const Landed& landed, const std::string& path) {
        EXPECT_EQ(landed.kind, Kind::kRefused) << landed.reason;
        EXPECT_THAT(landed.reason, AllOf(HasSubstr("move it away: "), HasSubstr(path)));
    }
};

// proves X5
TEST_F(IgnoredFilesTest, IE5AnIgnoredFileIsNeverOverwritten) {
    const auto head = forced(".env", "theirs\n");
    user().write(".env", "mine\n");
    const auto tip = user().tip("main");
    expectRefused(land("T-1", head), ".env");
    EXPECT_EQ(user().read(".env"), "mine\n");
    EXPECT_EQ(user().tip("main"), tip);
    std::filesystem::remove(user().path() / ".env");
    EXPECT_EQ(land("T-1", head).kind, Kind::kMerged);
    EXPECT_EQ(user().read(".env"), "theirs\n");
}

TEST_F(IgnoredFilesTest, IE5AFolderOfIgnoredFilesDoesNotGiveWayToAFile) {
    const auto head = forced("local", "theirs\n");
    user().write("local/deep/other", "mine\n");
    expectRefused(land("T-1", head), "local/");
    EXPECT_EQ(user().read("local/deep/other"), "mine\n");
}

TEST_F(IgnoredFilesTest, IE5AnIgnoredFileDoesNotGiveWayToAFolder) {
    const auto head = forced("local/deep/new", "theirs\n");
    user().write("local", "mine\n");
    expectRefused(land("T-1", head), "local");
    EXPECT_EQ(user().read("local"), "mine\n");
}

TEST_F(IgnoredFilesTest, IE5AnIgnoredLinkOnTheWayStays) {
    const auto head = forced("link/new", "theirs\n");
    std::filesystem::create_directories(world.path("elsewhere"));
    std::filesystem::create_directory_symlink(world.path("elsewhere"), user().path() / "link");
    expectRefused(land("T-1", head), "link");
    EXPECT_TRUE(std::filesystem::is_symlink(user().path() / "link"));
}

TEST_F(IgnoredFilesTest, IE5AnIgnoredFileInAFolderThatBecomesAFileStays) {
    auto work = open("T-1");
    work.git({"rm", "-q", "kept/a"});
    const auto head = forced("kept", "theirs\n");
    user().write("kept/.env", "mine\n");
    expectRefused(land("T-1", head), "kept/.env");
    EXPECT_EQ(user().read("kept/.env"), "mine\n");
}

TEST_F(IgnoredFilesTest, WhatTheBaseItselfBroughtGivesWay) {
    auto work = open("T-1");
    work.git({"rm", "-q", "kept/a", "README"});
    work.write("README/new", "x\n");
    user().write("local/other", "mine\n");
    EXPECT_EQ(land("T-1", forced("kept", "x\n")).kind, Kind::kMerged);
    EXPECT_EQ(user().read("README/new"), "x\n");
    EXPECT_EQ(user().read("kept"), "x\n");
    EXPECT_EQ(user().read("local/other"), "mine\n");
}

TEST_F(IgnoredFilesTest, IE5TheFilesOfASubmoduleDoNotGiveWayToAFile) {
    const auto other = GitRepo::create(world.path("other"));
    user().git({"-c",
                "protocol.file.allow=always",
                "submodule",
                "--quiet",
                "add",
                other.path().string(),
                "sub"});
    user().commitAll("Submodule");
    user().write("sub/mine", "mine\n");
    auto work = open("T-1");
    work.git({"rm", "-q", "--cached", "sub"});
    std::filesystem::remove(work.path() / "sub");
    expectRefused(land("T-1", forced("sub", "theirs\n")), "sub");
    EXPECT_EQ(user().read("sub/mine"), "mine\n");
}

TEST_F(IgnoredFilesTest, IE5ALinkedWorktreeOnTheBaseKeepsItsIgnoredFiles) {
    const auto head = forced(".env", "theirs\n");
    user().git({"checkout", "-q", "--detach"});
    const GitRepo linked{world.path("linked")};
    user().git({"worktree", "add", "-q", linked.path().string(), "main"});
    linked.write(".env", "mine\n");
    const auto landed = land("T-1", head);
    expectRefused(landed, ".env");
    EXPECT_THAT(landed.reason, HasSubstr(linked.path().string()));
    EXPECT_EQ(linked.read(".env"), "mine\n");
}

TEST_F(IgnoredFilesTest, IE5ARebaseThatIsUnderWayKeepsItsFiles) {
    const auto head = forced("new.txt", "theirs\n");
    user().git({"-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-q", "-i", "HEAD^"});
    const auto landed = land("T-1", head);
    EXPECT_EQ(landed.kind, Kind::kRefused) << landed.reason;
    EXPECT_THAT(landed.reason, HasSubstr("a rebase or bisection of the branch is under way"));
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
    user().git({"rebase", "--continue"});
    EXPECT_EQ(land("T-1", head).kind, Kind::kMerged);
}

TEST_F(LandingTest, ARefusedLandingSucceedsOnceTheCheckoutIsClean) {
    const auto head = work("T-1", "new.txt", "new\n");
    user().write("README", "mine\n");
    EXPECT_EQ(land("T-1", head).kind, Kind::kRefused);
    user().git({"checkout", "-q", "README"});
    EXPECT_EQ(land("T-1", head).kind, Kind::kMerged);
}

TEST_F(LandingTest, AnotherBranchInTheCheckoutStaysAsItIsDirtyOrNot) {
    user().git({"checkout", "-q", "-b", "mine"});
    user().write("README", "mine\n");
    EXPECT_EQ(land("T-1", work("T-1", "new.txt", "new\n")).kind, Kind::kMerged);
    EXPECT_EQ(user().read("README"), "mine\n");
    EXPECT_FALSE(user().has("new.txt"));
}

TEST_F(LandingTest, ADetachedCheckoutStaysAsItIs) {
    user().git({"checkout", "-q", "--detach"});
    EXPECT_EQ(land("T-1", work("T-1", "new.txt", "new\n")).kind, Kind::kMerged);
    EXPECT_FALSE(user().has("new.txt"));
}

TEST_F(LandingTest, TheBaseCheckedOutInALinkedWorktreeFollowsThere) {
    user().git({"checkout", "-q", "--detach"});
    const GitRepo linked{world.path("linked")};
    user().git({"worktree", "add", "-q", linked.path().string(), "main"});
    EXPECT_EQ(land("T-1", work("T-1", "new.txt", "new\n")).kind, Kind::kMerged);
    EXPECT_EQ(linked.read("new.txt"), "new\n");
    EXPECT_EQ(linked.git({"status", "--porcelain"}), "");
}

TEST_F(LandingTest, ALinkedWorktreeHasTheLockOfItsRepository) {
    const auto linked = world.path("linked");
    user().git({"worktree", "add", "-q", "--detach", linked.string()});
    const RepositoryLock held(linked);
    const UniqueFd git_folder{::open((user().path() / ".git").c_str(), O_RDONLY | O_DIRECTORY)};
    EXPECT_NE(flock(git_folder.get(), LOCK_EX | LOCK_NB), 0);
}

// proves X5: an agent that reads the repository can lock its folder, and holds nothing up by it
TEST_F(LandingTest, ALockThatIsNeverGivenBackStopsNoMerge) {
    const UniqueFd git_folder{::open((user().path() / ".git").c_str(), O_RDONLY | O_DIRECTORY)};
    ASSERT_EQ(flock(git_folder.get(), LOCK_EX | LOCK_NB), 0);
    EXPECT_EQ(land("T-1", work("T-1", "new.txt", "new\n")).kind, Kind::kMerged);
}

TEST_F(LandingTest, TheMergeSaysWhatItIsAndOnlyThat) {
    auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    asked.title = "Title\n\nOrch-Task: T-99";
    const auto landed = forge().land(asked, heldLease());
    EXPECT_EQ(user().git({"log", "-1", "--format=%s", landed.sha}),
              "Merge T-1: Title  Orch-Task: T-99");
    EXPECT_EQ(user().git({"log", "-1", "--format=%(trailers)", landed.sha}),
              "Orch-Task: T-1\nOrch-Head: " + asked.head + "\nOrch-Fence: 1\n");
}

// proves L3
TEST_F(LandingTest, IG2WithoutItsLeaseNothingIsPushed) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    EXPECT_THROW((void)forge().land(asked, lostLease()), LeaseLost);
    EXPECT_EQ(user().tip(), asked.expected_base);
}

TEST_F(LandingTest, TheRepositorysOwnHookRefusesInItsOwnWords) {
    hook("pre-receive", "echo 'policy 7: not on Sundays' >&2; exit 1");
    const auto landed = land("T-1", work("T-1", "new.txt", "new\n"));
    EXPECT_EQ(landed.kind, Kind::kRefused);
    EXPECT_THAT(landed.reason, HasSubstr("policy 7: not on Sundays"));
}

TEST_F(LandingTest, OnlyTheBaseBranchIsPushed) {
    const auto head = work("T-1", "new.txt", "new\n");
    worktree("T-1").git({"tag", "-a", "-m", "x", "v1"});
    land("T-1", head);
    EXPECT_EQ(user().git({"for-each-ref", "--format=%(refname)"}), "refs/heads/main");
}

TEST_F(LandingTest, ASquashThatNamesTaskAndHeadIsFound) {
    const auto head = work("T-1", "new.txt", "new\n");
    user().write("new.txt", "new\n");
    const auto squash = user().commitAll("Squashed\n\nOrch-Task: T-1\nOrch-Head: " + head);
    user().commit("other.txt", "other\n");
    EXPECT_EQ(forge().landedAs("T-1", head), squash);
    EXPECT_EQ(forge().landedAs("T-2", head), std::nullopt);
    user().git({"revert", "--no-edit", squash});
    EXPECT_EQ(forge().landedAs("T-1", head), std::nullopt);
}

TEST_F(LandingTest, TrailersInsideAnotherTasksWorkProveNothing) {
    const auto head = work("T-1", "new.txt", "new\n");
    open("T-2").write("b.txt", "b\n");
    const auto forged = worktree("T-2").commitAll("x\n\nOrch-Task: T-1\nOrch-Head: " + head);
    ASSERT_EQ(stateOf("T-2").head, forged);
    ASSERT_EQ(land("T-2", forged).kind, Kind::kMerged);
    EXPECT_EQ(forge().landedAs("T-1", head), std::nullopt);
    EXPECT_EQ(land("T-1", head).kind, Kind::kMerged);
}

// proves L4
TEST_F(LandingTest, AFastForwardByHandIsFound) {
    const auto head = work("T-1", "new.txt", "new\n");
    user().git({"fetch", "-q", world.mirror().string(), head});
    user().git({"merge", "-q", "--ff-only", head});
    user().commit("other.txt", "other\n");
    EXPECT_EQ(forge().landedAs("T-1", head), head);
}

TEST_F(LandingTest, AHistoryMergedFromElsewhereDoesNotConfuseTheSearch) {
    const auto head = work("T-1", "new.txt", "new\n");
    const auto other = GitRepo::create(world.path("other"));
    other.git({"fetch", "-q", world.mirror().string(), head});
    other.git({"merge", "-q", "--allow-unrelated-histories", "-s", "ours", "-m", "x", head});
    user().git({"fetch", "-q", other.path().string(), "main"});
    user().git({"reset", "-q", "--hard", "FETCH_HEAD"});
    EXPECT_EQ(forge().landedAs("T-1", head), other.tip());
}

TEST_F(LandingTest, ABareRepositoryIsLandedIn) {
    const auto bare = GitRepo::createBare(world.path("bare.git"), user());
    LocalGitForge other(bare.path(), "main", world.path("state/bare.git"));
    other.prepare();
    other.openWorktree(world.folder("T-1"), "orch/T-1");
    worktree("T-1").commit("new.txt", "new\n");
    const auto head = other.workState(world.folder("T-1"), "orch/T-1").head;
    const auto landed = other.land({"T-1", "orch/T-1", head, other.fetchBase(), "x"}, heldLease());
    EXPECT_EQ(landed.kind, Kind::kMerged) << landed.reason;
    EXPECT_EQ(bare.tip("main"), landed.sha);
}

TEST_F(LandingTest, OfTwoForgesAtTheSameMomentOneLandsAndOneSeesTheBaseMoved) {
    LocalGitForge other(user().path(), "main", world.path("state/other.git"));
    other.prepare();
    other.openWorktree(world.folder("T-2"), "orch/T-2");
    const auto first = request("T-1", work("T-1", "a.txt", "a\n"));
    auto second = first;
    second.task = "T-2";
    worktree("T-2").commit("b.txt", "b\n");
    second.head = other.workState(world.folder("T-2"), "orch/T-2").head;
    Landed landed_second;
    std::jthread thread([&] { landed_second = other.land(second, heldLease()); });
    const auto landed_first = forge().land(first, heldLease());
    thread.join();
    EXPECT_THAT((std::vector{landed_first.kind, landed_second.kind}),
                ::testing::UnorderedElementsAre(Kind::kMerged, Kind::kBaseMoved));
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
}

TEST_F(LandingTest, SomebodyElsesLockInTheRepositoryIsToldAndLeftAlone) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    user().write(".git/refs/heads/main.lock", "");
    try {
        forge().land(asked, heldLease());
        FAIL() << "landed";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr("main.lock"));
        EXPECT_TRUE(error.retryable());
    }
    EXPECT_TRUE(user().has(".git/refs/heads/main.lock"));
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
}

TEST_F(LandingTest, AVanishedRepositoryIsASentenceAndRetryable) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    std::filesystem::rename(user().path(), world.path("moved"));
    try {
        forge().land(asked, heldLease());
        FAIL() << "landed";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr(user().path().string()));
    }
}

}  // namespace orch::testing

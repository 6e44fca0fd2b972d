// Files that are kept in git LFS: how they get into a worktree, and with a landing out of it.
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/digest.hpp"
#include "base/repository_check.hpp"
#include "base/search_path.hpp"
#include "forge/lfs_objects.hpp"
#include "forge/local_forge_test.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using Kind = Landed::Kind;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

bool hasGitLfs() {
    return findProgram("git-lfs", gitProgram().search_path).has_value();
}

std::string pointerTo(const std::string& oid, std::uint64_t size) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize " +
           std::to_string(size) + "\n";
}

fs::path placeOf(const std::string& content) {
    return fs::path{"lfs/objects"} / LfsObjects::placeOf(sha256(content));
}

}  // namespace

/// A repository whose owner uses LFS for *.bin, and has one such file on main.
struct LfsTest : LocalForgeTest {
    void SetUp() override {
        if (!hasGitLfs()) GTEST_SKIP() << "git-lfs is not installed";
        user().git({"lfs", "install", "--local"});
        user().git({"lfs", "track", "*.bin"});
        user().commit("old.bin", kOld);
        LocalForgeTest::SetUp();
    }
    /// The whole way of a change to `path`; what lands.
    Landed change(const std::string& path, const std::string& text) {
        return land("T-1", work("T-1", path, text));
    }
    [[nodiscard]] fs::path gitFolder() const { return world.folder("T-1") / ".git"; }
    /// Commits a file of T-1 in LFS; where its object is.
    fs::path added(const std::string& content) {
        const auto tree = open("T-1");
        tree.commit("new.bin", content);
        // git, which looks at a file again that is as new as its index, has nothing to look at.
        fs::remove(tree.path() / "new.bin");
        return gitFolder() / placeOf(content);
    }
    void expectRed(const std::string& words) {
        const auto before = user().tip();
        const auto state = stateOf("T-1");
        EXPECT_EQ(state.head, before);
        EXPECT_THAT(state.trouble, HasSubstr(words));
        EXPECT_FALSE(fs::exists(world.mirror() / placeOf(kNew)));
    }
    /// What somebody sees who takes the repository as it is, and nothing of ours.
    [[nodiscard]] std::string contentInAClone(const std::string& path) const {
        const auto folder = world.path("clone");
        user().git({"lfs", "fsck", "--objects"});
        fs::remove_all(folder);
        user().git({"worktree", "add", "-q", "--detach", folder.string(), "main"});
        auto text = GitRepo{folder}.read(path);
        user().git({"worktree", "remove", "--force", folder.string()});
        return text;
    }
    /// A pointer in git's place for new.bin that git-lfs did not write.
    void commitRaw(const std::string& text) {
        const auto tree = open("T-1");
        tree.write("raw", text);
        const auto blob = tree.git({"hash-object", "-w", "raw"});
        fs::remove(tree.path() / "raw");
        tree.git({"update-index", "--add", "--cacheinfo", "100644," + blob + ",new.bin"});
        tree.git({"commit", "-q", "-m", "raw"});
    }

    static constexpr auto kOld = "old content\n";
    static constexpr auto kNew = "new content\n";
};

TEST_F(LfsTest, WorktreeHoldsTheFilesAndNotTheirPointers) {
    EXPECT_EQ(open("T-1").read("old.bin"), kOld);
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
    EXPECT_EQ(stateOf("T-1").commits_ahead, 0);
}

TEST_F(LfsTest, OlderContentIsInReachAsWell) {
    user().commit("old.bin", "newer\n");
    const auto tree = open("T-1");
    EXPECT_EQ(tree.read("old.bin"), "newer\n");
    tree.git({"checkout", "-q", "main~1", "--", "old.bin"});
    EXPECT_EQ(tree.read("old.bin"), kOld);
}

TEST_F(LfsTest, ChangedFileLandsWithItsContent) {
    EXPECT_EQ(change("old.bin", kNew).kind, Kind::kMerged);
    EXPECT_EQ(user().read("old.bin"), kNew);
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
    EXPECT_EQ(contentInAClone("old.bin"), kNew);
    EXPECT_FALSE(fs::exists(world.mirror() / placeOf(kNew))) << "its copy is not needed any more";
    EXPECT_EQ(open("T-2").read("old.bin"), kNew);
}

TEST_F(LfsTest, FirstFileOfAllLandsWithItsContent) {
    // As in a repository whose owner has installed git-lfs and never used it.
    user().git({"rm", "-q", ".gitattributes", "old.bin"});
    user().commitAll();
    fs::remove_all(user().path() / ".git/lfs");
    const auto tree = open("T-1");
    tree.git({"lfs", "track", "*.dat"});
    EXPECT_EQ(change("first.dat", kNew).kind, Kind::kMerged);
    EXPECT_EQ(user().read("first.dat"), kNew);
    EXPECT_EQ(contentInAClone("first.dat"), kNew);
}

TEST_F(LfsTest, WhoeverJudgesSeesTheContentThatWasTakenIn) {
    const auto head = work("T-1", "new.bin", kNew);
    forge().openCommit(world.folder("review"), head, "orch/T-1", OpenFor::kAgent);
    EXPECT_EQ(worktree("review").read("new.bin"), kNew);
    forge().openMerged(world.folder("check"), forge().fetchBase(), head);
    EXPECT_EQ(worktree("check").read("new.bin"), kNew);
    EXPECT_FALSE(fs::exists(user().path() / ".git" / placeOf(kNew))) << "nothing has landed";
    forge().openCommit(world.folder("deploy"), head, {}, OpenFor::kOrchd);
    EXPECT_EQ(worktree("deploy").read("new.bin"), kNew);
}

TEST_F(LfsTest, BaseThatMovedIsMergedWithItsContent) {
    work("T-1", "new.bin", kNew);
    user().commit("other.bin", "other\n");
    const auto tree = open("T-1");
    tree.git({"merge", "-q", "--no-edit", "main"});
    EXPECT_EQ(tree.read("other.bin"), "other\n");
    EXPECT_EQ(land("T-1", stateOf("T-1").head).kind, Kind::kMerged);
    EXPECT_EQ(contentInAClone("new.bin"), kNew);
    EXPECT_EQ(contentInAClone("other.bin"), "other\n");
}

TEST_F(LfsTest, ClosedWorktreeIsMadeAnewWithWhatHasNotLanded) {
    work("T-1", "new.bin", kNew);
    forge().closeWorktree(world.folder("T-1"));
    EXPECT_EQ(open("T-1").read("new.bin"), kNew);
}

TEST_F(LfsTest, BareRepositoryGetsTheContentToo) {
    const auto bare = GitRepo::createBare(world.path("bare.git"), user());
    user().git({"lfs", "push", "--all", "file://" + bare.path().string()});
    LocalGitForge forge(bare.path(), "main", world.path("mirror.git"));
    forge.prepare();
    const auto folder = world.folder("B-1");
    forge.openWorktree(folder, "orch/B-1");
    EXPECT_EQ(GitRepo{folder}.read("old.bin"), kOld);
    GitRepo{folder}.commit("new.bin", kNew);
    const auto head = forge.workState(folder, "orch/B-1").head;
    const LandRequest request{"B-1", "orch/B-1", head, forge.fetchBase(), "Say hello"};
    EXPECT_EQ(forge.land(request, heldLease()).kind, Kind::kMerged);
    EXPECT_EQ(GitRepo{bare.path() / "lfs"}.read(placeOf(kNew).lexically_relative("lfs")), kNew);
}

TEST_F(LfsTest, ObjectsAreKeptWhereTheOwnerKeepsThem) {
    user().git({"config", "lfs.storage", world.path("store").string()});
    fs::rename(user().path() / ".git/lfs", world.path("store"));
    forge().prepare();
    EXPECT_EQ(change("new.bin", kNew).kind, Kind::kMerged);
    EXPECT_TRUE(fs::exists(world.path("store") / placeOf(kNew).lexically_relative("lfs")));
    EXPECT_EQ(user().read("new.bin"), kNew);
}

TEST_F(LfsTest, LandedObjectsHaveTheModesOfTheFolderTheyAreIn) {
    fs::permissions(user().path() / ".git/lfs/objects", fs::perms{02770});
    EXPECT_EQ(change("new.bin", kNew).kind, Kind::kMerged);
    const auto object = user().path() / ".git" / placeOf(kNew);
    EXPECT_EQ(fs::status(object).permissions(), fs::perms{0660});
    EXPECT_EQ(fs::status(object.parent_path()).permissions(), fs::perms{02770});
}

TEST_F(LfsTest, OwnerWhoWantsPointersGetsPointers) {
    user().git({"lfs", "install", "--local", "--skip-smudge", "--force"});
    fs::remove_all(user().path() / ".git/lfs/objects");
    forge().prepare();
    EXPECT_EQ(open("T-1").read("old.bin"), pointerTo(sha256(kOld), std::string(kOld).size()));
    EXPECT_THAT(stateOf("T-1").dirty, IsEmpty());
}

TEST_F(LfsTest, ContentThatIsOnAServerOnlyIsAskedForInASentence) {
    fs::remove_all(user().path() / ".git/lfs/objects");
    try {
        open("T-1");
        FAIL() << "the worktree has a file whose content is nowhere";
    } catch (const RemoteError& error) {
        EXPECT_FALSE(error.retryable());
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("old.bin is kept in git LFS"),
                          HasSubstr("git -C '" + user().path().string() + "' lfs fetch --all")));
    }
    // The advice, once it has helped.
    user().git({"add", "--renormalize", "old.bin"});
    EXPECT_EQ(open("T-1").read("old.bin"), kOld);
}

TEST_F(LfsTest, TextThatLooksLikeAPointerAndIsNotInLfsIsAText) {
    const auto text = pointerTo(std::string(64, 'a'), 5);
    EXPECT_EQ(change("fixture.txt", text).kind, Kind::kMerged);
    EXPECT_EQ(user().read("fixture.txt"), text);
}

TEST_F(LfsTest, PointerWhoseObjectIsNowhereIsRed) {
    fs::remove(added(kNew));
    expectRed("new.bin is kept in git LFS, and its LFS object " + sha256(kNew) +
              " is neither in the worktree's repository (.git/lfs) nor in ");
    // The advice helps.
    const auto tree = worktree("T-1");
    tree.write("new.bin", kNew);
    tree.git({"add", "--renormalize", "new.bin"});
    const auto state = stateOf("T-1");
    EXPECT_EQ(state.trouble, "");
    EXPECT_EQ(state.head, tree.tip());
}

TEST_F(LfsTest, ObjectThatLiesDoesNotGetIn) {
    const auto object = added(kNew);
    fs::permissions(object, fs::perms::owner_all);
    std::ofstream(object) << "NEW CONTENT\n";
    expectRed("holds something else: its SHA-256 is " + sha256("NEW CONTENT\n"));
}

TEST_F(LfsTest, ObjectOfAnotherSizeDoesNotGetIn) {
    const auto object = added(kNew);
    fs::permissions(object, fs::perms::owner_all);
    std::ofstream(object, std::ios::app) << "and more\n";
    expectRed("has 21 bytes, and its pointer says 12");
}

TEST_F(LfsTest, LinkInAnObjectsPlaceIsNotFollowed) {
    const auto object = added(kNew);
    fs::rename(object, world.path("elsewhere"));
    fs::create_symlink(world.path("elsewhere"), object);
    expectRed("is a symbolic link");
}

TEST_F(LfsTest, LinkOnTheWayToAnObjectIsNotFollowed) {
    added(kNew);
    fs::rename(gitFolder() / "lfs", world.path("elsewhere"));
    fs::create_directory_symlink(world.path("elsewhere"), gitFolder() / "lfs");
    expectRed("lies behind a symbolic link");
}

TEST_F(LfsTest, PipeInAnObjectsPlaceIsNotWaitedFor) {
    const auto object = added(kNew);
    fs::remove(object);
    ASSERT_EQ(mkfifo(object.c_str(), 0600), 0);
    expectRed("is a pipe");
}

TEST_F(LfsTest, HugeObjectIsNotCopied) {
    const std::uint64_t size = std::uint64_t{1} << 40U;
    const std::string oid(64, 'b');
    commitRaw(pointerTo(oid, size));
    const auto object = gitFolder() / "lfs/objects" / LfsObjects::placeOf(oid);
    fs::create_directories(object.parent_path());
    std::ofstream(object) << "x";
    fs::resize_file(object, size);
    expectRed("more than the 8 GB");
    EXPECT_FALSE(fs::exists(world.mirror() / "lfs/objects" / LfsObjects::placeOf(oid)));
}

TEST_F(LfsTest, OddPointersAreRedWhereAFileIsKeptInLfs) {
    commitRaw("version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'A') +
              "\nsize 5\n");
    expectRed("new.bin is kept in git LFS, and was committed without git-lfs, or is no pointer");
}

TEST_F(LfsTest, FileThatWasCommittedWithoutGitLfsIsRedUntilItIsAddedAgain) {
    commitRaw("not cleaned\n");
    expectRed("new.bin is kept in git LFS, and was committed without git-lfs");
    const auto tree = worktree("T-1");
    tree.git({"checkout", "-q", "--", "new.bin"});
    tree.git({"add", "--renormalize", "new.bin"});
    tree.git({"commit", "-q", "-m", "cleaned"});
    const auto state = stateOf("T-1");
    EXPECT_EQ(state.trouble, "");
    EXPECT_EQ(land("T-1", state.head).kind, Kind::kMerged);
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
    EXPECT_EQ(contentInAClone("new.bin"), "not cleaned\n");
}

TEST_F(LfsTest, AttributesInAFolderCountThere) {
    const auto tree = open("T-1");
    tree.write("deep/down/.gitattributes", "*.raw filter=lfs diff=lfs merge=lfs -text\n");
    tree.write("deep/down/odd\nname.raw", kNew);
    tree.write("deep/other.raw", "a text\n");
    EXPECT_EQ(land("T-1", (tree.commitAll(), stateOf("T-1").head)).kind, Kind::kMerged);
    EXPECT_EQ(contentInAClone("deep/down/odd\nname.raw"), kNew);
}

TEST_F(LfsTest, PointerToAnObjectOfAnotherProjectIsRed) {
    const auto other = GitRepo::create(world.path("other"));
    other.git({"lfs", "install", "--local"});
    other.git({"lfs", "track", "*.bin"});
    other.commit("secret.bin", "secret\n");
    LocalGitForge forge(other.path(), "main", world.mirror().parent_path() / "other.git");
    forge.prepare();
    commitRaw(pointerTo(sha256("secret\n"), 7));
    expectRed("is neither in the worktree's repository (.git/lfs) nor in ");
}

TEST_F(LfsTest, PointerThatBecomesOneOnlyLaterDoesNotLandWithoutItsObject) {
    open("T-1").commit("new.dat", pointerTo(std::string(64, 'a'), 5));
    ASSERT_EQ(stateOf("T-1").trouble, "");
    worktree("T-1").commit(".gitattributes", "*.bin filter=lfs\n*.dat filter=lfs\n");
    const auto state = stateOf("T-1");
    ASSERT_EQ(state.trouble, "");
    const auto landed = land("T-1", state.head);
    EXPECT_EQ(landed.kind, Kind::kRefused);
    EXPECT_THAT(landed.reason, HasSubstr("new.dat is kept in git LFS, and its LFS object"));
}

TEST_F(LfsTest, NothingIsWrittenThroughWhatLiesInTheObjectsPlaceInTheMirror) {
    const auto object = added(kNew);
    ASSERT_TRUE(fs::exists(object));
    const auto ours = world.mirror() / placeOf(kNew);
    ASSERT_EQ(stateOf("T-1").trouble, "");
    EXPECT_EQ(fs::hard_link_count(ours), 1U) << "the agent holds no other name of it";
}

TEST_F(LfsTest, WhereAgentsAreAnotherUserTheMirrorHoldsWhatTheyNeed) {
    const auto* nobody = getpwnam("nobody");
    if (geteuid() != 0 || nobody == nullptr) GTEST_SKIP() << "only root gives files away";
    LocalGitForge forge(user().path(),
                        "main",
                        world.path("mirror.git"),
                        {.user = UserIds{"nobody", nobody->pw_uid, nobody->pw_gid}});
    forge.prepare();
    forge.openWorktree(world.folder("N-1"), "orch/N-1");
    struct stat info {};
    ASSERT_EQ(stat((world.path("mirror.git") / placeOf(kOld)).c_str(), &info), 0);
    EXPECT_EQ(info.st_gid, nobody->pw_gid);
    EXPECT_EQ(info.st_mode & 07777U, 0640U);
    ASSERT_EQ(stat((world.path("mirror.git") / placeOf(kOld)).parent_path().c_str(), &info), 0);
    EXPECT_EQ(info.st_gid, nobody->pw_gid);
    EXPECT_EQ(info.st_mode & 07777U, 02750U);
}

/// Programs that are run instead of git, and tell.
struct CountedGit : LocalForgeTest {
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "orchd starts no git that its own user could replace";
        LocalForgeTest::SetUp();
        fs::create_directories(world.path("bin"));
        script(world.path("bin/git"),
               "echo \"$*\" >>'" + world.path("log").string() + "'; exec /usr/bin/git \"$@\"");
    }
};

TEST_F(CountedGit, RepositoryWithoutLfsIsAskedNothingAboutIt) {
    const std::string path = getenv("PATH");
    setenv("PATH", (world.path("bin").string() + ":" + path).c_str(), 1);
    const auto landed = land("T-1", work("T-1", "new.txt", "new\n"));
    setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(landed.kind, Kind::kMerged);
    const auto asked = GitRepo{world.path("")}.read("log");
    for (const std::string command : {" cat-file --batch", " cat-file -z", " check-attr"}) {
        EXPECT_EQ(asked.find(command), std::string::npos) << command;
    }
    EXPECT_THAT(asked, HasSubstr("log --raw")) << "the one that stands for looking at the commit";
}

/// Without git-lfs, or with one that orchd does not use.
struct WithoutLfs : LocalForgeTest {
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "orchd starts no git that its own user could replace";
        LocalForgeTest::SetUp();
        path_ = getenv("PATH");
        fs::create_directories(world.path("bin"));
        fs::create_symlink("/usr/bin/git", world.path("bin/git"));
    }
    void hide() { setenv("PATH", world.path("bin").c_str(), 1); }
    void TearDown() override {
        if (!path_.empty()) setenv("PATH", path_.c_str(), 1);
    }
    std::string refusal() {
        hide();
        try {
            requireUsableRepository(user().path(), "main");
        } catch (const RemoteError& error) {
            setenv("PATH", path_.c_str(), 1);
            return error.what();
        }
        setenv("PATH", path_.c_str(), 1);
        return {};
    }
    std::string path_;
};

TEST_F(WithoutLfs, RepositoryThatNeedsItSaysSo) {
    user().commit("deep/down/.gitattributes", "*.bin filter=lfs\n");
    EXPECT_THAT(refusal(), HasSubstr("install it, such as with apt-get install git-lfs"));
}

TEST_F(WithoutLfs, RepositoryThatDoesNotNeedItIsUsable) {
    user().commit(".gitattributes", "#*.bin filter=lfs\n*.c text\n");
    EXPECT_EQ(refusal(), "");
}

TEST_F(WithoutLfs, OneThatAnAgentCouldReplaceIsNamed) {
    user().commit(".gitattributes", "*.bin filter=lfs\n");
    const auto open_to_all = world.path("open");
    fs::create_directories(open_to_all);
    script(open_to_all / "git-lfs", "exit 1");
    fs::permissions(open_to_all, fs::perms::all);
    hide();
    setenv("PATH", (world.path("bin").string() + ":" + open_to_all.string()).c_str(), 1);
    try {
        requireUsableRepository(user().path(), "main");
        ADD_FAILURE() << "it would have been used";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr("git-lfs is only in " + open_to_all.string()));
    }
}

}  // namespace orch::testing

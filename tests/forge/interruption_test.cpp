// git is killed with SIGKILL at the places where it leaves something behind.
#include <stdlib.h>

#include "forge/local_forge_test.hpp"

namespace orch::testing {

using Kind = Landed::Kind;

/// "kill -9 0" ends the whole process group, which is git and its children: run() gives it its own.
constexpr const char* kKillGit = "kill -9 0";

struct Interruption : LocalForgeTest {
    /// Git settings of the user's.
    void settings(const std::string& text) {
        const GitRepo home{world.path("")};
        home.write(".gitconfig", "[user]\n\temail = me@example.org\n\tname = Me\n" + text);
        setenv("HOME", home.path().c_str(), 1);
        setenv("GIT_CONFIG_GLOBAL", (home.path() / ".gitconfig").c_str(), 1);  // as orchd's own are
    }
    void SetUp() override {
        LocalForgeTest::SetUp();
        if (const char* home = getenv("HOME")) home_ = home;
    }
    void TearDown() override {
        setenv("HOME", home_.c_str(), 1);
        unsetenv("GIT_CONFIG_GLOBAL");
    }
    void killCheckouts() {
        user().write("b.txt", "b\n");
        user().write("c.txt", "c\n");
        user().commit(".gitattributes", "b.txt filter=deadly\n");
        settings("[filter \"deadly\"]\n\tsmudge = kill -9 0\n\trequired = true\n");
    }
    std::string home_;
    template <typename Call>
    static void dies(Call call) {
        try {
            call();
            FAIL() << "was not killed";
        } catch (const RemoteError& error) {
            EXPECT_TRUE(error.retryable()) << error.what();
        }
    }
};

TEST_F(Interruption, IE10AWorktreeWhoseMakingWasKilledIsMadeAnew) {
    killCheckouts();
    dies([&] { open("T-1"); });
    dies([&] { open("T-1"); });
    settings("");
    open("T-1");
    EXPECT_EQ(worktree("T-1").read("c.txt"), "c\n");
    EXPECT_EQ(worktree("T-1").git({"symbolic-ref", "--short", "HEAD"}), "orch/T-1");
    EXPECT_THAT(stateOf("T-1").dirty, ::testing::IsEmpty());
}

TEST_F(Interruption, IE10AMergedWorktreeWhoseMakingWasKilledIsMadeAnew) {
    const auto head = work("T-1", "new.txt", "new\n");
    killCheckouts();
    const auto base = forge().fetchBase();
    dies([&] { forge().openMerged(world.folder("check"), base, head); });
    settings("");
    forge().openMerged(world.folder("check"), base, head);
    EXPECT_EQ(worktree("check").read("c.txt"), "c\n");
    EXPECT_EQ(worktree("check").git({"status", "--porcelain"}), "");
}

TEST_F(Interruption, AKilledFetchIsFetchedAgain) {
    const auto tip = user().commit("a.txt", "a\n");
    const auto deadly = world.path("deadly");
    script(deadly, kKillGit);
    settings("[uploadpack]\n\tpackObjectsHook = '" + deadly.string() + "'\n");
    dies([&] { forge().fetchBase(); });
    settings("");
    EXPECT_EQ(forge().fetchBase(), tip);
}

TEST_F(Interruption, ALockThatAKilledFetchLeftIsRemoved) {
    GitRepo{world.mirror()}.write("refs/base.lock", "");
    GitRepo{world.mirror()}.write("refs/fetched.lock", "");
    const auto tip = user().commit("a.txt", "a\n");
    EXPECT_EQ(forge().fetchBase(), tip);
}

TEST_F(Interruption, APushKilledBeforeItsEffectLandsTheNextTime) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    hook("pre-receive", kKillGit);
    dies([&] { forge().land(asked, heldLease()); });
    EXPECT_EQ(user().tip(), asked.expected_base);
    dropHook("pre-receive");
    EXPECT_EQ(forge().land(asked, heldLease()).kind, Kind::kMerged);
}

TEST_F(Interruption, APushKilledAfterItsEffectIsSeenToHaveLanded) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    hook("post-receive", kKillGit);
    const auto landed = forge().land(asked, heldLease());
    EXPECT_EQ(landed.kind, Kind::kMerged);
    EXPECT_EQ(user().tip(), landed.sha);
    EXPECT_EQ(forge().land(asked, heldLease()).sha, landed.sha);
    EXPECT_EQ(user().git({"rev-list", "--count", "--merges", "main"}), "1");
}

TEST_F(Interruption, IE5ACheckoutThatFollowedAPushThatWasThenKilledIsLedBackAndLands) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    // Called after the files have followed, as the branch is about to move.
    hook("reference-transaction", "[ \"$1\" != prepared ] || kill -9 0");
    dies([&] { forge().land(asked, heldLease()); });
    EXPECT_EQ(user().git({"status", "--porcelain"}), "A  new.txt");
    dropHook("reference-transaction");
    for (const auto* lock : {".git/refs/heads/main.lock", ".git/HEAD.lock"}) {
        std::filesystem::remove(user().path() / lock);
    }
    EXPECT_EQ(forge().land(asked, heldLease()).kind, Kind::kMerged);
    EXPECT_EQ(user().git({"status", "--porcelain"}), "");
}

TEST_F(Interruption, IE5ALaterChangeOfTheUsersIsNotLedBack) {
    const auto asked = request("T-1", work("T-1", "new.txt", "new\n"));
    hook("reference-transaction", "[ \"$1\" != prepared ] || kill -9 0");
    dies([&] { forge().land(asked, heldLease()); });
    dropHook("reference-transaction");
    user().write("README", "mine\n");
    EXPECT_EQ(forge().land(asked, heldLease()).kind, Kind::kRefused);
    EXPECT_EQ(user().read("README"), "mine\n");
    EXPECT_EQ(user().read("new.txt"), "new\n");
}

TEST_F(Interruption, AHalfMadeMirrorIsMadeAnew) {
    LocalGitForge other(user().path(), "main", world.path("state/other.git"));
    GitRepo{world.path("state/other.git.new")}.write("HEAD", "half");
    other.prepare();
    EXPECT_EQ(other.fetchBase(), user().tip());
}

TEST_F(Interruption, IE10LocksOfAKilledAgentAreRemovedAndItsWorkStays) {
    work("T-1", "new.txt", "new\n");
    worktree("T-1").write("more.txt", "more\n");
    const auto tree = worktree("T-1");
    tree.write(".git/index.lock", "");
    tree.write(".git/HEAD.lock", "");
    tree.write(".git/refs/heads/orch/T-1.lock", "");
    open("T-1");
    const auto head = worktree("T-1").commitAll();
    EXPECT_EQ(stateOf("T-1").head, head);
    EXPECT_EQ(worktree("T-1").git({"show", "HEAD:more.txt"}), "more");
}

}  // namespace orch::testing

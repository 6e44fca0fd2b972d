// A repository whose owner keeps files in git LFS: tasks notice nothing, and what lands is whole.
#include <gtest/gtest.h>

#include "base/confinement.hpp"
#include "base/digest.hpp"
#include "base/git.hpp"
#include "base/search_path.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kHolds = R"sh(begin
test "$(cat old.bin)" = changed; test "$(cat second.bin)" = second
)sh";

/// The first run loses what it has committed; the second is told so and adds it again.
constexpr auto kDeveloper = R"sh(begin
as_me() { git -c user.name=Me -c user.email=me@localhost "$@"; }
if [ ! -e second.bin ]; then
    test "$(cat old.bin)" = old
    echo changed >old.bin; echo second >second.bin
    touch -d '1 hour ago' old.bin second.bin  # or git looks at them, and so adds them, again
    as_me add --all; as_me commit -q -m Change
    rm -rf .git/lfs/objects
else
    cat "$ORCH_PROMPT_FILE" >"$here/told"
    rm -f .git/index; git reset -q
    as_me add --renormalize .
fi
end)sh";

}  // namespace

struct LfsSystemTest : ::testing::Test {
    void SetUp() override {
        if (!findProgram("git-lfs", gitProgram().search_path)) {
            GTEST_SKIP() << "git-lfs is not installed";
        }
        world.installApart();
        fs::create_directories(world.dir / "home");
        world.repo.git({"lfs", "install", "--local"});
        world.repo.git({"lfs", "track", "*.bin"});
        world.repo.commit("old.bin", "old\n");
        world.script("developer", kDeveloper);
        world.script("check", std::string{kHolds} + "end");
        world.script("deploy", std::string{kHolds} + "note deployed; end");
    }
    void expectDone() {
        world.start({{"HOME", (world.dir / "home").string()}});
        const auto task = world.addTask();
        ASSERT_TRUE(world.taskBecomes(task, "done", 120s))
            << world.reasonOf(task) << world.log() << world.file("state/jobs/1.1/out.log");
        EXPECT_EQ(world.landings(task), 1);
        EXPECT_EQ(world.repo.read("old.bin"), "changed\n");
        EXPECT_EQ(world.repo.read("second.bin"), "second\n");
        EXPECT_EQ(world.repo.git({"status", "--porcelain"}), "");
        EXPECT_TRUE(has(world.repo.git({"lfs", "fsck"}), "OK"));
    }
    [[nodiscard]] fs::path objectOf(const std::string& content) const {
        const auto oid = sha256(content);
        return world.repo.path() / ".git/lfs/objects" / oid.substr(0, 2) / oid.substr(2, 2) / oid;
    }
    Installation world;
};

TEST_F(LfsSystemTest, FilesGoTheirWholeWayAndALostObjectGoesBackToItsAgent) {
    expectDone();
    EXPECT_TRUE(has(world.file("told"), "is kept in git LFS")) << world.file("told");
    if (!confinementSupport().files()) return;
    EXPECT_EQ(fs::hard_link_count(objectOf("old\n")), 1U)
        << "an agent got a name of its own for the owner's object";
}

TEST_F(LfsSystemTest, FilesGoTheirWholeWayWithAgentsOfAnotherUser) {
    if (!confinementSupport().may_run_as) GTEST_SKIP() << "only root becomes another user";
    fs::permissions(world.dir.path(), fs::perms::all);
    fs::permissions(world.apart.path(), fs::perms(0711));
    fs::permissions(world.dir / "ledger", fs::perms::all);
    // As in a home of Debian's.
    fs::permissions(world.repo.path(), fs::perms::owner_all);
    world.settings.agent_options += ", run_as: nobody";
    world.script("developer", std::string{kDeveloper} + "\nid -un >\"$here/who\"");
    fs::permissions(world.dir / "home", fs::perms::all);
    expectDone();
    EXPECT_EQ(world.file("who"), "nobody\n");
}

}  // namespace orch::testing

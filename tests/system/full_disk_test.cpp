#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "support/eventually.hpp"
#include "system/installation.hpp"

// A disk that is really full: the state folder is a small tmpfs in a mount namespace of this
// program's own. Where the kernel lets nobody make one, these tests are skipped and say so.

namespace orch::testing {

namespace fs = std::filesystem;

void put(const char* file, const std::string& text) {
    std::ofstream(file) << text;
}

/// Once for the program: nobody outside sees what is mounted from now on.
bool ownMounts() {
    static const bool made = [] {
        const auto user = std::to_string(getuid()), group = std::to_string(getgid());
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
        put("/proc/self/setgroups", "deny");
        put("/proc/self/uid_map", user + " " + user + " 1\n");
        put("/proc/self/gid_map", group + " " + group + " 1\n");
        return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    }();
    return made;
}

struct FullDiskTest : ::testing::Test {
    void SetUp() override {
        if (!ownMounts()) GTEST_SKIP() << "no mount namespace of our own here";
        fs::create_directories(world.state);
        // The copies of their libraries alone would fill it in a build with a sanitizer.
        world.settings.plugins = "plugins: {}";
        if (mount("none", world.state.c_str(), "tmpfs", 0, "size=40m,mode=0700") != 0) {
            GTEST_SKIP() << "no tmpfs can be mounted here";
        }
        mounted = true;
    }
    void TearDown() override {
        if (mounted) umount2(world.state.c_str(), MNT_DETACH);
    }
    /// Takes all room but for `left` bytes.
    void fill(std::uintmax_t left = 0) {
        const int fd = open(ballast.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        const std::string page(4096, 'x');
        while (left == 0 || fs::space(world.state).available > left) {
            if (write(fd, page.data(), page.size()) <= 0) break;
        }
        close(fd);
    }
    void makeRoom() { fs::remove(ballast); }
    Said addLargeTask() {
        return world.orchctl(
            {"task", "add", "--project", "work", "--description", std::string(90'000, 'x'), "T"});
    }

    Installation world;
    const fs::path ballast = world.state / "ballast";
    bool mounted = false;
};

// proves X1
TEST_F(FullDiskTest, IE7NothingIsLostOnAFullDiskAndItGoesOnByItself) {
    world.script("developer", "begin; change; hold; end");
    world.start({{"ORCH_DISK_MIN_FREE", "0B"}});
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    ASSERT_TRUE(eventually([&] { return world.shimOf("1.1") != 0; }));
    fill();
    Said refused;
    ASSERT_TRUE(eventually([&] { return (refused = addLargeTask()).code != 0; }));
    EXPECT_TRUE(has(refused.err, "full")) << refused.err;
    world.letGo();
    EXPECT_TRUE(eventually([&] { return dies(world.agentOf("1.1")); }));
    makeRoom();
    EXPECT_TRUE(world.taskBecomes(task, "done", 120s)) << world.reasonOf(task);
    EXPECT_EQ(world.landings(task), 1);
    EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE outcome='lost'"), "0");
    EXPECT_EQ(world.one("PRAGMA integrity_check"), "ok");
}

TEST_F(FullDiskTest, IE7BelowTheThresholdNothingBeginsUntilThereIsRoom) {
    world.start({{"ORCH_DISK_MIN_FREE", "20MB"}});
    fill(10'000'000);
    const auto task = world.addTask();
    const auto why = [&] { return world.orchctl({"explain", task}).out; };
    EXPECT_TRUE(eventually([&] { return has(why(), "disk.min_free"); })) << why();
    EXPECT_TRUE(has(world.orchctl({"status"}).out, "MB left"));
    EXPECT_EQ(world.ledger().entries().size(), 0U);
    makeRoom();
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule LIKE 'disk_%'"), "2");
}

TEST_F(FullDiskTest, IE7ABackupThatDoesNotFitIsRefusedAndLeavesNothing) {
    const auto small = world.dir / "small";
    fs::create_directories(small);
    ASSERT_EQ(mount("none", small.c_str(), "tmpfs", 0, "size=16k,mode=0700"), 0);
    world.start({{"ORCH_DISK_MIN_FREE", "0B"}});
    const auto said = world.orchctl({"backup", (small / "copy.db").string()});
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "the disk has 16 KB left")) << said.err;
    EXPECT_TRUE(fs::is_empty(small));
    EXPECT_EQ(umount2(small.c_str(), MNT_DETACH), 0);
}

TEST_F(FullDiskTest, IE7AStartOnAFullDiskIsASentenceAndNothingElse) {
    fill();
    const auto said = world.startRefused({{"ORCH_DISK_MIN_FREE", "0B"}});
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "No space left") || has(said.err, "full")) << said.err;
    makeRoom();
    world.start({{"ORCH_DISK_MIN_FREE", "0B"}});
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
}

}  // namespace orch::testing

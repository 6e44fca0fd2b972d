#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <stop_token>
#include <thread>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "base/tree.hpp"
#include "launch/confined_run.hpp"
#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// A folder in one of the machine's, gone at the end with all it holds.
class FolderIn {
public:
    explicit FolderIn(const fs::path& parent)
        : path_(parent / ("orch-test-" + std::to_string(getpid()))) {
        fs::create_directory(path_);
    }
    FolderIn(const FolderIn&) = delete;
    FolderIn& operator=(const FolderIn&) = delete;
    ~FolderIn() { deleteTree(path_); }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Folders "d" in each other, deeper than any path leads.
void nest(const fs::path& folder, int depth) {
    UniqueFd at{open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; i < depth; ++i) {
        ASSERT_EQ(mkdirat(at.get(), "d", 0700), 0);
        at = UniqueFd{openat(at.get(), "d", O_PATH | O_DIRECTORY | O_CLOEXEC)};
        ASSERT_TRUE(at);
    }
}

}  // namespace

/// Root's own agents, who may do everything that is not kept from them.
struct DevicesTest : ::testing::Test {
    void SetUp() override {
        if (getuid() != 0) GTEST_SKIP() << "the modes of devices keep others from them";
        if (!confinementSupport().files()) GTEST_SKIP() << describe(confinementSupport());
    }
    [[nodiscard]] RunResult runIt(const std::string& script) const {
        const RunOrder order{
            .command = {"sh", "-c", script},
            .folder = dir.path(),
            .environment = {"PATH=/usr/bin:/bin"},
            .confinement = Confinement{.paths = {{dir / "hidden", PathAccess::kNone}}}};
        const ConfinedRun confined(ORCH_SHIM, order, {.timeout = std::chrono::seconds{30}});
        return run(confined.spec());
    }
    testing::TempDir dir;
};

TEST_F(DevicesTest, NoDiskIsRead) {
    const FolderIn made("/dev");
    const auto disk = made.path() / "disk";
    if (mknod(disk.c_str(), S_IFBLK | 0600, makedev(1, 0)) != 0) GTEST_SKIP() << "no mknod here";
    replaceFile(made.path() / "beside", "", Sync::kNo);
    const auto result = runIt("cd " + made.path().string() + " && cat beside && cat disk");
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, ::testing::HasSubstr("disk: Permission denied"));
}

TEST_F(DevicesTest, NothingNewIsMadeAmongThem) {
    EXPECT_EQ(runIt("mkdir /dev/orch-test-new || { echo x >/dev/null; exit 7; }").exit_code, 7);
}

/// What was looked through for disks for one agent's start, others must not have changed.
TEST_F(DevicesTest, NothingIsMadeOrRemovedInTheirFoldersEither) {
    const FolderIn made("/dev");
    replaceFile(made.path() / "device", "", Sync::kNo);
    const auto result =
        runIt("cd " + made.path().string() +
              " && ls && echo x >device && cat device && { mkdir new || rm device ||"
              " mv device other || exit 7; }");
    EXPECT_EQ(result.exit_code, 7) << result.errors;
    EXPECT_EQ(result.output, "device\nx\n");
}

TEST_F(DevicesTest, SharedMemoryIsWrittenAsEver) {
    const auto name = dir.path().filename().string();
    EXPECT_EQ(runIt("cd /dev/shm && mkdir " + name + " && rmdir " + name).exit_code, 0);
}

/// A disk could be in it.
TEST_F(DevicesTest, WhatIsDeeperThanDevicesAreIsOutOfReach) {
    const FolderIn made("/dev");
    nest(made.path(), 8);
    EXPECT_EQ(runIt("ls " + made.path().string() + " || exit 7").exit_code, 7);
}

TEST_F(DevicesTest, DepthOfSharedMemoryStopsNoStart) {
    const FolderIn made("/dev/shm");
    nest(made.path(), 10'000);
    EXPECT_EQ(runIt("ls " + made.path().string() + "/d").exit_code, 0);
}

TEST_F(DevicesTest, NorDoesWhatComesAndGoesThere) {
    const FolderIn made("/dev/shm");
    const std::jthread restless([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            fs::create_directories(made.path() / "a/b");
            fs::remove_all(made.path() / "a");
        }
    });
    for (int i = 0; i < 30; ++i) {
        const auto result = runIt("exit 0");
        ASSERT_EQ(result.exit_code, 0) << result.errors;
    }
}

}  // namespace orch

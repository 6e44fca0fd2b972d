#include "base/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

// What the address sanitizer has freed stays resident, in its quarantine: there memory says
// nothing.
#ifdef __SANITIZE_ADDRESS__
constexpr std::uint64_t kMemoryBound = std::numeric_limits<std::uint32_t>::max();
#else
constexpr std::uint64_t kMemoryBound = 20'000'000;
#endif

/// The memory this process holds at the moment.
std::uint64_t residentBytes() {
    std::uint64_t pages = 0;
    std::ifstream statm("/proc/self/statm");
    statm >> pages >> pages;
    return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::size_t openDescriptors() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd"))
        count += !entry.path().empty();
    return count;
}

/// Folders in one another, made as an agent would: no path may be so long.
void nest(const fs::path& root, int depth) {
    fs::create_directories(root);
    UniqueFd here{open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; i < depth; ++i) {
        ASSERT_EQ(mkdirat(here.get(), "d", 0700), 0);
        here = UniqueFd{openat(here.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        ASSERT_TRUE(here);
    }
}

bool isThere(const fs::path& path) {
    return fs::exists(fs::symlink_status(path));
}

}  // namespace

struct TreeTest : ::testing::Test {
    ~TreeTest() override { deleteTree(dir.path()); }  // what TempDir could not
    void write(const fs::path& name, const std::string& text = "x") const {
        std::ofstream(dir / name) << text;
    }
    [[nodiscard]] TreeSeen walk(const TreeLimits& limits = {}) {
        names.clear();
        return walkTree(
            dir / "tree", [&](const TreeEntry& entry) { names.emplace_back(entry.name); }, limits);
    }
    /// In memory where that is possible: tens of thousands of folders take minutes on some disks.
    TempDir dir{fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path()};
    std::vector<std::string> names;
};

TEST_F(TreeTest, VisitsEverythingOnceAndFollowsNoLink) {
    fs::create_directories(dir / "tree/inner");
    fs::create_directories(dir / "other/hidden");
    write("tree/inner/file");
    fs::create_directory_symlink(dir / "other", dir / "tree/link");
    fs::create_symlink("loop", dir / "tree/loop");
    EXPECT_EQ(walk().incomplete, "");
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names,
              (std::vector<std::string>{(dir / "tree").string(), "file", "inner", "link", "loop"}));
}

TEST_F(TreeTest, FifteenThousandNestedFoldersCostNeitherMemoryNorDescriptorsAndCanBeRemoved) {
    ASSERT_NO_FATAL_FAILURE(nest(dir / "tree", 15'000));
    const auto before = residentBytes();
    const auto open_before = openDescriptors();
    std::size_t most_open = 0;
    std::uint64_t most_bytes = 0;
    std::uint64_t seen = 0;
    const auto walked = walkTree(dir / "tree", [&](const TreeEntry&) {
        if (++seen % 1000 != 0) return;
        most_open = std::max(most_open, openDescriptors());
        most_bytes = std::max(most_bytes, residentBytes());
    });
    EXPECT_EQ(walked.incomplete, "");
    EXPECT_EQ(walked.entries, 15'001U);
    EXPECT_LE(most_open, open_before + 5);
    EXPECT_LT(most_bytes, before + kMemoryBound);
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
    EXPECT_LT(residentBytes(), before + kMemoryBound);
}

TEST_F(TreeTest, FiftyThousandNestedFoldersAreRemoved) {
    ASSERT_NO_FATAL_FAILURE(nest(dir / "tree", 50'000));
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
}

TEST_F(TreeTest, AHundredThousandEntriesInOneFolderAreWalkedAndRemoved) {
    fs::create_directories(dir / "tree");
    const UniqueFd folder{open((dir / "tree").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    for (int i = 0; i < 100'000; ++i) {
        const auto name = std::to_string(i);
        ASSERT_EQ(i % 2 == 0 ? mkdirat(folder.get(), name.c_str(), 0700)
                             : mknodat(folder.get(), name.c_str(), S_IFREG | 0600, 0),
                  0);
    }
    const auto before = residentBytes();
    EXPECT_EQ(walkTree(dir / "tree", [](const TreeEntry&) {}).entries, 100'001U);
    EXPECT_LT(residentBytes(), before + kMemoryBound);
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
}

TEST_F(TreeTest, EachBoundEndsAWalkAndSaysSo) {
    ASSERT_NO_FATAL_FAILURE(nest(dir / "tree", 10));
    EXPECT_EQ(walk({.depth = 5}).incomplete, "it is nested too deeply");
    EXPECT_EQ(walk({.entries = 5}).incomplete, "too many entries");
    EXPECT_EQ(walk({.time = std::chrono::milliseconds{-1}}).incomplete, "it takes too long");
    for (const auto* name : {"a", "b", "c"}) fs::create_directories(dir / "tree" / name);
    EXPECT_EQ(walk({.waiting = 3}).incomplete, "too many folders");
}

TEST_F(TreeTest, RemovesWhatIsReadOnlyOrNotToBeEntered) {
    fs::create_directories(dir / "tree/closed/inner");
    fs::create_directories(dir / "tree/plain/inner");
    write("tree/closed/inner/file");
    write("tree/plain/inner/file");
    mkfifo((dir / "tree/pipe").c_str(), 0600);
    chmod((dir / "tree/closed/inner").c_str(), 0);
    chmod((dir / "tree/closed").c_str(), 0);
    chmod((dir / "tree/plain/inner").c_str(), 0555);
    chmod((dir / "tree/plain").c_str(), 0111);
    chmod((dir / "tree").c_str(), 0555);
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
}

TEST_F(TreeTest, RemovesALinkAndNotWhatItLeadsTo) {
    fs::create_directories(dir / "other");
    write("other/file");
    fs::create_directories(dir / "tree");
    fs::create_directory_symlink(dir / "other", dir / "tree/link");
    deleteTree(dir / "tree");
    fs::create_directory_symlink(dir / "other", dir / "link");
    deleteTree(dir / "link");
    EXPECT_FALSE(isThere(dir / "link"));
    EXPECT_TRUE(isThere(dir / "other/file"));
    EXPECT_NO_THROW(deleteTree(dir / "gone"));
    EXPECT_NO_THROW(deleteTree(dir / "gone/further"));
}

TEST_F(TreeTest, RemovesOddNames) {
    fs::create_directories(dir / "tree");
    for (const auto& name : {std::string{"a\nb"}, std::string{"\xFF"}, std::string(255, 'n')}) {
        write(fs::path{"tree"} / name);
        fs::create_directories(dir / "tree" / (name.substr(0, 200) + "folder") / name);
    }
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
}

TEST_F(TreeTest, WhatIsImmutableStaysAndIsNamedAndTheRestGoes) {
    fs::create_directories(dir / "tree/inner");
    write("tree/inner/stuck");
    write("tree/inner/loose");
    const UniqueFd stuck{open((dir / "tree/inner/stuck").c_str(), O_RDONLY | O_CLOEXEC)};
    int flags = FS_IMMUTABLE_FL;
    if (ioctl(stuck.get(), FS_IOC_SETFLAGS, &flags) != 0) {
        GTEST_SKIP() << "nothing can be made immutable here";
    }
    try {
        deleteTree(dir / "tree");
        ADD_FAILURE() << "it should stay";
    } catch (const Error& error) {
        EXPECT_EQ(error.what(),
                  "cannot remove " + (dir / "tree").string() +
                      ": 1 entry stays, tree/inner/stuck: it is immutable (chattr -i -a makes it "
                      "removable)");
    }
    EXPECT_FALSE(isThere(dir / "tree/inner/loose"));
    flags = 0;
    ASSERT_EQ(ioctl(stuck.get(), FS_IOC_SETFLAGS, &flags), 0);
    deleteTree(dir / "tree");
    EXPECT_FALSE(isThere(dir / "tree"));
}

}  // namespace orch::testing

#include "base/ownership.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

/// Only root can give files away.
struct OwnershipTest : ::testing::Test {
    OwnershipTest() {
        fs::create_directories(dir / "tree/inner");
        fs::create_directories(dir / "other");
        replaceFile(dir / "tree/inner/file", "x", Sync::kNo);
        replaceFile(dir / "other/file", "x", Sync::kNo);
        fs::create_directory_symlink(dir / "other", dir / "tree/link");
    }
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "needs root";
    }
    [[nodiscard]] bool given(const std::string& path) const {
        struct stat info {};
        return lstat((dir / path).c_str(), &info) == 0 && info.st_uid == 54321;
    }
    TempDir dir;
};

TEST_F(OwnershipTest, GivesATreeAndNothingThatItsLinksLeadTo) {
    (void)giveTo(dir / "tree", 54321, 54321);
    for (const auto* path : {"tree", "tree/inner", "tree/inner/file", "tree/link"}) {
        EXPECT_TRUE(given(path)) << path;
    }
    EXPECT_FALSE(given("other"));
    EXPECT_FALSE(given("other/file"));
}

TEST_F(OwnershipTest, WhatHasASecondNameIsNotGivenAndIsCounted) {
    fs::create_hard_link(dir / "other/file", dir / "tree/inner/theirs");
    const auto seen = giveTo(dir / "tree", 54321, 54321);
    EXPECT_EQ(seen.left, 1U);
    EXPECT_EQ(seen.first_left, "theirs");
    EXPECT_FALSE(given("other/file"));
    EXPECT_TRUE(given("tree/inner/file"));
}

TEST_F(OwnershipTest, NoDeviceIsGiven) {
    if (mknod((dir / "tree/device").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) {
        GTEST_SKIP() << "no device can be made here";
    }
    EXPECT_EQ(giveTo(dir / "tree", 54321, 54321).left, 1U);
    EXPECT_FALSE(given("tree/device"));
}

TEST_F(OwnershipTest, ALinkInTheTreesPlaceIsNotFollowed) {
    (void)giveTo(dir / "tree/link", 54321, 54321);
    EXPECT_TRUE(given("tree/link"));
    EXPECT_FALSE(given("other"));
}

TEST_F(OwnershipTest, WhatIsGoneIsNoFailure) {
    EXPECT_NO_THROW((void)giveTo(dir / "gone", 54321, 54321));
}

}  // namespace orch::testing

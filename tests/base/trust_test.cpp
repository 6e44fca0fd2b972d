#include "base/trust.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::StartsWith;

// proves X5: what orchd loads or runs is its own, or root's, by every step of the way
struct TrustTest : ::testing::Test {
    TrustTest() {
        fs::create_directories(folder / "a/b");
        createFile(file, "x");
    }
    static std::string problem(const fs::path& path) { return trustOf(path).problem.value_or(""); }

    testing::TempDir dir;
    fs::path folder = fs::canonical(dir.path());
    fs::path file = folder / "a/b/file";
};

TEST_F(TrustTest, AnOwnFileBelowTmpIsTrusted) {
    const auto trust = trustOf(file);
    EXPECT_EQ(trust.problem.value_or(""), "");
    EXPECT_THAT(trust.way, ElementsAre(file));
}

TEST_F(TrustTest, EveryLinkOnTheWayIsNamed) {
    fs::create_symlink(folder / "a", folder / "link");
    fs::create_symlink("b/file", folder / "a/middle");
    fs::create_symlink("link/middle", folder / "first");
    const auto trust = trustOf(folder / "first");
    EXPECT_EQ(trust.problem.value_or(""), "");
    EXPECT_THAT(trust.way,
                ElementsAre(folder / "first", folder / "link", folder / "a/middle", file));
}

TEST_F(TrustTest, AFolderThatOthersMayWriteIsToldWhereverALinkLeads) {
    fs::create_symlink(folder / "a", folder / "link");
    fs::permissions(folder / "a", fs::perms::all);
    for (const auto& path : {file, folder / "link/b/file"}) {
        EXPECT_THAT(problem(path),
                    StartsWith((folder / "a").string() +
                               " may be written by everybody (mode 0777); chmod o-w "));
    }
}

TEST_F(TrustTest, AFileThatOthersMayWriteIsTold) {
    fs::permissions(file, fs::perms::all);
    EXPECT_THAT(problem(file), StartsWith(file.string() + " may be written by everybody"));
}

TEST_F(TrustTest, AnotherUsersFileFolderOrLinkIsTold) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    constexpr uid_t kSomebody = 54321;
    fs::create_symlink(file, folder / "link");
    ASSERT_EQ(lchown((folder / "link").c_str(), kSomebody, kSomebody), 0);
    EXPECT_THAT(problem(folder / "link"),
                StartsWith((folder / "link").string() + " belongs to user 54321"));
    ASSERT_EQ(chown((folder / "a").c_str(), kSomebody, kSomebody), 0);
    EXPECT_THAT(problem(file), StartsWith((folder / "a").string() + " belongs to user 54321"));
}

TEST_F(TrustTest, WhatIsNotThereOrLeadsInACircleIsNoProblemOfTrust) {
    fs::create_symlink(folder / "round", folder / "round");
    EXPECT_EQ(problem(folder / "a/none/file"), "");
    EXPECT_EQ(problem(folder / "round"), "");
    EXPECT_EQ(trustOf(folder / "a/none/file").way.back(), folder / "a/none/file");
}

}  // namespace orch

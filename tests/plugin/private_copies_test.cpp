#include "plugin/private_copies.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;

struct PrivateCopiesTest : ::testing::Test {
    testing::TempDir state;
    fs::path folder = state / "plugins" / ".loaded";
    const LibraryFile library{"/opt/a.so", "code", "0123456789abcdef"};

    static unsigned modeOf(const fs::path& path) {
        struct stat info {};
        return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
    }
};

TEST_F(PrivateCopiesTest, ACopyIsOrchdsAloneAndNobodyWritesIt) {
    PrivateCopies copies(folder);
    const auto copy = copies.add("reaper", 3, library);
    EXPECT_EQ(readFile(copy), "code");
    EXPECT_EQ(modeOf(copy), 0500U);
    EXPECT_EQ(modeOf(folder), 0700U);
}

TEST_F(PrivateCopiesTest, ANameIsNeverGivenTwice) {
    PrivateCopies copies(folder);
    const auto first = copies.add("reaper", 3, library);
    fs::remove(first);
    EXPECT_NE(copies.add("reaper", 3, library), first);
}

TEST_F(PrivateCopiesTest, ANameTellsPluginGenerationAndContent) {
    PrivateCopies copies(folder);
    EXPECT_EQ(copies.add("reaper", 3, library).filename(), "reaper-3-1-0123456789ab.so");
}

TEST_F(PrivateCopiesTest, WhatAnEarlierOrchdLeftIsTakenAway) {
    (void)PrivateCopies(folder).add("reaper", 1, library);
    PrivateCopies again(folder);
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(PrivateCopiesTest, AFolderWithAnotherModeAndALinkInItsPlaceAreMadeRight) {
    fs::create_directories(state / "elsewhere");
    createFile(state / "elsewhere" / "kept", "");
    fs::create_directories(folder.parent_path());
    fs::create_directory_symlink(state / "elsewhere", folder);
    PrivateCopies copies(folder);
    EXPECT_FALSE(fs::is_symlink(folder));
    EXPECT_EQ(modeOf(folder), 0700U);
    EXPECT_TRUE(fs::exists(state / "elsewhere" / "kept"));
}

TEST_F(PrivateCopiesTest, AFolderThatCannotBeMadeIsNamed) {
    createFile(state / "plugins", "no folder");
    EXPECT_THROW(PrivateCopies{folder}, Error);
}

}  // namespace orch

#include "launch/shim/device_rules.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using enum PathAccess;

struct DeviceRulesTest : ::testing::Test {
    DeviceRulesTest() { chmod(dir.path().c_str(), 0755); }
    /// A disk of no driver; false where none can be made.
    [[nodiscard]] bool disk(const std::string& name) const {
        return mknod((dir / name).c_str(), S_IFBLK | 0600, makedev(0, 0)) == 0;
    }
    void folder(const std::string& name, mode_t mode = 0755) const {
        fs::create_directories(dir / name);
        ASSERT_EQ(chmod((dir / name).c_str(), mode), 0);
    }
    /// The paths of rules below the folder.
    std::vector<std::string> names(const std::vector<PathRule>& rules) {
        std::vector<std::string> names;
        for (const auto& rule : rules) names.push_back(rule.path.lexically_relative(dir.path()));
        return names;
    }
    /// In memory where that is possible: a thousand folders take seconds on some disks.
    testing::TempDir dir{fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path()};
};

TEST_F(DeviceRulesTest, DisksAreFoundWhereverOnlyTheOwnerMakesThem) {
    folder("mapper");
    folder("bus/usb");
    std::ofstream(dir / "file") << "x";
    if (!disk("sda") || !disk("mapper/root") || !disk("bus/usb/stick")) {
        GTEST_SKIP() << "no device can be made here";
    }
    const auto rules = deviceRules(dir.path());
    EXPECT_THAT(names(rules.disks), UnorderedElementsAre("sda", "mapper/root", "bus/usb/stick"));
    EXPECT_THAT(rules.left_out, IsEmpty());
}

TEST_F(DeviceRulesTest, SharedFoldersAreNotLookedInto) {
    folder("shm/a", 0755);
    folder("shm", 0755);
    folder("deeper/shm", 0755);
    if (!disk("shm/d") || !disk("shm/a/d") || !disk("deeper/shm/d")) {
        GTEST_SKIP() << "no device can be made here";
    }
    const auto rules = deviceRules(dir.path());
    EXPECT_THAT(names(rules.disks), ElementsAre("deeper/shm/d"));
    EXPECT_THAT(rules.folders,
                ElementsAre(PathRule{dir.path(), kUse}, PathRule{dir / "shm", kWrite}));
}

TEST_F(DeviceRulesTest, NothingIsGoneDownIntoThatOthersCouldHaveMade) {
    folder("open/a", 0755);
    folder("open", 0777);
    if (!disk("open/d") || !disk("open/a/d")) GTEST_SKIP() << "no device can be made here";
    EXPECT_THAT(names(deviceRules(dir.path()).disks), ElementsAre("open/d"));
}

TEST_F(DeviceRulesTest, WhatOthersFilledIsOutOfReachAlone) {
    constexpr int kMany = 1001;
    folder("closed");
    folder("open", 0777);
    for (int i = 0; i < kMany; ++i) fs::create_directory(dir / "open" / std::to_string(i));
    const auto rules = deviceRules(dir.path());
    EXPECT_THAT(rules.disks, ElementsAre(PathRule{dir / "open", kNone}));
    EXPECT_THAT(rules.left_out,
                ElementsAre(EndsWith("/open has too many entries to be looked through for disks: "
                                     "it is out of reach")));
}

TEST_F(DeviceRulesTest, BoundsHoldWhateverIsInThere) {
    folder("a/b/c/d/e/f/g/h/i/j/k");
    const auto deep = deviceRules(dir.path());
    EXPECT_THAT(names(deep.disks), ElementsAre("a/b/c/d/e/f/g"));
    EXPECT_THAT(deep.left_out,
                ElementsAre(EndsWith("is nested too deeply to be looked through for "
                                     "disks: it is out of reach")));
    for (const auto* name : {"x", "y", "z"}) folder(name);
    const auto few = deviceRules(dir.path(), 2);
    EXPECT_THAT(few.disks, ElementsAre(PathRule{dir.path(), kNone}));
    EXPECT_EQ(few.left_out.size(), 1U);
}

TEST_F(DeviceRulesTest, FolderThatIsNotThereHasNoDisks) {
    EXPECT_THAT(deviceRules(dir / "none").disks, IsEmpty());
}

}  // namespace orch

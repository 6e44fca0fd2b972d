#include "launch/shim/path_tree.hpp"

#include <gmock/gmock.h>

#include <map>

namespace orch {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using enum PathAccess;

struct PathTreeTest : ::testing::Test {
    /// "/path access" of what is allowed.
    std::vector<std::string> allowed(const std::vector<PathRule>& rules) {
        std::vector<std::string> texts;
        constexpr std::array kWords{"none", "read", "use", "write"};
        const auto list = [this](const std::filesystem::path& folder) {
            std::vector<PathTree::Entry> entries;
            for (const auto& name : disk[folder]) entries.push_back({name});
            return entries;
        };
        for (const auto& allow : PathTree(rules).allowed(list)) {
            texts.push_back(allow.path + " " + kWords.at(static_cast<std::size_t>(allow.access)));
        }
        return texts;
    }
    std::map<std::filesystem::path, std::vector<std::string>> disk{
        {"/", {"etc", "home", "tmp"}},
        {"/home", {"me", "you"}},
        {"/home/me", {"notes", "repo", "state"}},
        {"/home/me/repo", {".git", "README", "state"}}};
};

TEST_F(PathTreeTest, WithoutRulesEverythingIsWritten) {
    EXPECT_THAT(allowed({}), UnorderedElementsAre("/ write"));
}

TEST_F(PathTreeTest, WhatIsBesideAHoleIsAllowedEntryByEntry) {
    EXPECT_THAT(allowed({{"/home/me/state", kNone}}),
                UnorderedElementsAre("/etc write",
                                     "/tmp write",
                                     "/home/you write",
                                     "/home/me/notes write",
                                     "/home/me/repo write"));
}

TEST_F(PathTreeTest, PlaceInAHoleIsAllowedByItself) {
    EXPECT_THAT(allowed({{"/", kNone}, {"/home/me/state/w/T-1", kWrite}}),
                UnorderedElementsAre("/home/me/state/w/T-1 write"));
}

TEST_F(PathTreeTest, ReadOnlyFolderIsOneRule) {
    EXPECT_THAT(allowed({{"/etc", kRead}}),
                UnorderedElementsAre("/etc read", "/home write", "/tmp write"));
}

TEST_F(PathTreeTest, HoleInAReadOnlyFolderIsNotReadable) {
    EXPECT_THAT(allowed({{"/", kNone}, {"/home/me/repo", kRead}, {"/home/me/repo/state", kNone}}),
                UnorderedElementsAre("/home/me/repo/.git read", "/home/me/repo/README read"));
}

TEST_F(PathTreeTest, MoreIsAllowedInsideLess) {
    EXPECT_THAT(allowed({{"/", kRead}, {"/home/me/repo", kWrite}, {"/tmp", kWrite}}),
                UnorderedElementsAre("/ read", "/home/me/repo write", "/tmp write"));
}

TEST_F(PathTreeTest, LaterRuleAboutTheSamePathCounts) {
    EXPECT_THAT(allowed({{"/", kRead}, {"/", kNone}}), IsEmpty());
}

TEST_F(PathTreeTest, HoleThatIsNotThereYetKeepsItsPlace) {
    EXPECT_THAT(allowed({{"/", kNone}, {"/home/me", kWrite}, {"/home/me/new", kNone}}),
                UnorderedElementsAre(
                    "/home/me/notes write", "/home/me/repo write", "/home/me/state write"));
}

}  // namespace orch

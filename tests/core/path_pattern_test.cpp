#include "core/path_pattern.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace orch::testing {

TEST(PathPatternTest, APatternIsAboutItsOwnDepthAlone) {
    EXPECT_TRUE(matchesPattern("Makefile", "Makefile"));
    EXPECT_FALSE(matchesPattern("Makefile", "src/Makefile"));
    EXPECT_TRUE(matchesPattern("*.sh", "deploy.sh"));
    EXPECT_FALSE(matchesPattern("*.sh", "scripts/deploy.sh"));
    EXPECT_TRUE(matchesPattern("scripts/?est", "scripts/test"));
}

TEST(PathPatternTest, TwoStarsAreAnyNumberOfFolders) {
    for (const auto* path : {".ci/a", ".ci/a/b/c.yaml"}) {
        EXPECT_TRUE(matchesPattern(".ci/**", path)) << path;
    }
    EXPECT_TRUE(matchesPattern("**/Makefile", "Makefile"));
    EXPECT_TRUE(matchesPattern("**/Makefile", "a/b/Makefile"));
    EXPECT_TRUE(matchesPattern("a/**/z", "a/z"));
    EXPECT_TRUE(matchesPattern("a/**/b/**/z", "a/x/b/y/b/z"));
    EXPECT_FALSE(matchesPattern("a/**/z", "b/a/z"));
    EXPECT_FALSE(matchesPattern(".ci/**", ".circle/a"));
}

TEST(PathPatternTest, CaseCountsUnlessSomethingIsProtected) {
    EXPECT_FALSE(matchesPattern("Makefile", "MAKEFILE"));
    EXPECT_TRUE(touchesPattern("Makefile", "MAKEFILE"));
}

TEST(PathPatternTest, WhatTakesTheFoldersPlaceTouchesWhatIsInIt) {
    EXPECT_TRUE(touchesPattern(".ci/**", ".ci"));
    EXPECT_TRUE(touchesPattern(".github/workflows/**", ".github"));
    EXPECT_TRUE(touchesPattern("scripts/test", "scripts"));
    EXPECT_FALSE(matchesPattern("scripts/test", "scripts"));
    EXPECT_FALSE(touchesPattern("**/Makefile", "src"));
    EXPECT_FALSE(touchesPattern("scripts/test", "scripts/other"));
}

TEST(PathPatternTest, AHostilePathCostsNoMoreThanItsLength) {
    std::string path;
    std::string pattern;
    for (int i = 0; i < 1000; ++i) path += "a/a/";
    for (int i = 0; i < 30; ++i) pattern += "**/a*a*/";
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_FALSE(matchesPattern(pattern + "b", path + "a"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
}

}  // namespace orch::testing

#include "core/protected_paths.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "core/path_pattern.hpp"

namespace orch::testing {

namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> derivedFrom(const std::vector<std::string>& check,
                                     const std::vector<std::string>& deploy = {}) {
    PipelineDef pipeline;
    pipeline.stages.push_back({.name = "testing", .check = check});
    return defaultProtected(pipeline, deploy);
}

}  // namespace

TEST(ProtectedPathsTest, WhatTheCommandsExecuteOutOfTheWorkIsProtected) {
    EXPECT_THAT(derivedFrom({"make", "check"}, {"./deploy.sh", "{version}"}),
                AllOf(Contains("Makefile"), Contains("GNUmakefile"), Contains("deploy.sh")));
    EXPECT_THAT(derivedFrom({"scripts/test", "--all"}), Contains("scripts/test"));
    EXPECT_THAT(derivedFrom({"sh", "-c", "cd x && npm ci && ./run/it"}),
                AllOf(Contains("package.json"), Contains("run/it")));
    EXPECT_THAT(derivedFrom({"python3", "-m", "pytest"}),
                AllOf(Contains("**/conftest.py"), Contains("pytest.py")));
    EXPECT_THAT(derivedFrom({"python3", "-m", "unittest"}), Contains("unittest.py"));
    EXPECT_THAT(derivedFrom({"python3", "check.py"}), Contains("check.py"));
    EXPECT_THAT(derivedFrom({"./check"}), Contains("check"));
    EXPECT_THAT(derivedFrom({"/usr/bin/make"}), Contains("Makefile"));
}

// make remakes Makefile from what its built-in rules know, and a check with it
TEST(ProtectedPathsTest, SourcesOfMakefilesAreProtectedWithThem) {
    const auto patterns = derivedFrom({"make", "check"});
    for (const auto* source : {"Makefile.sh",
                               "makefile.c",
                               "Makefile,v",
                               "RCS/Makefile,v",
                               "SCCS/s.Makefile",
                               "s.makefile"}) {
        EXPECT_TRUE(std::ranges::any_of(patterns, [&](const std::string& pattern) {
            return touchesPattern(pattern, source);
        })) << source;
    }
}

TEST(ProtectedPathsTest, WhatIsNoPathIntoTheWorkIsNot) {
    const auto always = derivedFrom({});
    EXPECT_THAT(always,
                AllOf(Contains(".ci/**"),
                      Contains(".gitmodules"),
                      Contains("**/.gitattributes"),
                      Contains(".orch-secrets-allow")));
    EXPECT_EQ(derivedFrom({"/opt/tools/check", "--config=a/b", "https://x/y", "../up", "{sha}/x"}),
              always);
}

TEST(ProtectedPathsTest, AListOfOnesOwnThatLeavesOpenWhatChecksExecuteIsTold) {
    const auto open = [](const std::vector<std::string>& patterns) {
        PipelineDef pipeline;
        pipeline.stages.push_back({.name = "testing", .check = {"make", "check"}});
        pipeline.stages.push_back({.name = "more", .check = {"cargo", "test"}});
        return leftOpen(patterns, pipeline, {"./deploy.sh"});
    };
    EXPECT_THAT(open({"Makefile", ".cargo/**", "*.sh", "build.rs"}), ElementsAre("GNUmakefile"));
    EXPECT_THAT(open({"GNUmakefile", "Makefile", "deploy.sh"}),
                ElementsAre(".cargo/**", "build.rs"));
    EXPECT_THAT(open({"**"}), ElementsAre());
}

TEST(ProtectedPathsTest, APatternThatCanMatchNothingIsRefused) {
    for (const auto* good : {"Makefile", ".ci/**", "a/*/b?", "..a/b"})
        EXPECT_EQ(problemOfPattern(good), "");
    for (const auto* bad : {"", "/etc/passwd", "a/", "./a", "a/../b", "a//b"}) {
        EXPECT_NE(problemOfPattern(bad), "") << bad;
    }
}

TEST(ProtectedPathsTest, ChangesAreCountedByTheirDiff) {
    auto changes =
        protectedAmong({{"Makefile", "src/a.c", ".ci/x"}, false}, {"Makefile", ".ci/**"});
    countLines(changes,
               {"--- a/Makefile\n+++ b/Makefile\n@@ -1 +1 @@\n-\tcc test.c\n+\t@true\n", false});
    EXPECT_THAT(changes.paths,
                ElementsAre(ProtectedChange{"Makefile", 1, 1}, ProtectedChange{".ci/x", 0, 0}));
    EXPECT_FALSE(changes.too_many);
}

TEST(ProtectedPathsTest, OfADiffThatIsCutOnlyWhatIsKnownIsSaid) {
    auto changes = protectedAmong({{"a.mk", "b.mk", "c.mk"}, false}, {"*.mk"});
    countLines(changes,
               {"--- a/a.mk\n+++ b/a.mk\n@@ -1 +1 @@\n-a\n+b\n"
                "--- a/b.mk\n+++ b/b.mk\n@@ -1 +1,900 @@\n-a\n+b\n",
                true});
    EXPECT_THAT(changes.paths,
                ElementsAre(ProtectedChange{"a.mk", 1, 1},
                            ProtectedChange{"b.mk", 1, 1, true},
                            ProtectedChange{"c.mk", 0, 0}));
}

TEST(ProtectedPathsTest, TooManyPathsMatterWhereSomethingIsProtected) {
    EXPECT_TRUE(protectedAmong({{}, true}, {"Makefile"}).too_many);
    EXPECT_FALSE(protectedAmong({{}, true}, {}).too_many);
}

}  // namespace orch::testing

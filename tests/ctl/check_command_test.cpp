#include <gtest/gtest.h>

#include "base/text.hpp"
#include "ctl/init/check_command.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch::ctl {

using testing::GitRepo;
using testing::TempDir;

/// What is found for a repository with these files, "" when nothing.
std::string checkOf(const std::vector<std::pair<std::string, std::string>>& files) {
    const TempDir folder;
    const auto repo = GitRepo::create(folder / "repo");
    for (const auto& [name, text] : files) repo.write(name, text);
    repo.commitAll();
    const Repository found{.folder = repo.path(), .base = "main"};
    const auto check = findCheck(BaseTree{found});
    return check ? join(check->command, " ") : "";
}

TEST(CheckCommandTest, AMakefilesOwnTargetIsTaken) {
    EXPECT_EQ(checkOf({{"Makefile", "all:\n\ncheck: all\n\ttrue\n"}}), "make check");
    EXPECT_EQ(checkOf({{"Makefile", "test:\n\ttrue\n"}}), "make test");
}

TEST(CheckCommandTest, AVariableOrARecipeIsNoTarget) {
    EXPECT_EQ(checkOf({{"Makefile", "check := yes\nall:\n\tcheck: no\n"}}), "");
}

TEST(CheckCommandTest, ARuleMayHaveSeveralTargets) {
    EXPECT_EQ(checkOf({{"Makefile", "all check: x\n\ttrue\n"}}), "make check");
    EXPECT_EQ(checkOf({{"Makefile", "CHECK = a:b\ncheck ::= x\nuncheck: y\n"}}), "");
}

TEST(CheckCommandTest, ATargetMayBeInAFileThatTheMakefileIncludes) {
    EXPECT_EQ(
        checkOf({{"Makefile", "include ./mk/rules.mk $(MORE)\n"}, {"mk/rules.mk", "check:\n"}}),
        "make check");
    EXPECT_EQ(checkOf({{"Makefile", "include ../rules.mk gone.mk /etc/passwd\n"}}), "");
}

TEST(CheckCommandTest, ALineOfAnyLengthIsRead) {
    const std::string longest(2'000'000, ' ');
    EXPECT_EQ(checkOf({{"Makefile", "check" + longest + "\ntest:\n"}}), "make test");
    EXPECT_EQ(checkOf({{"justfile", "check " + longest + "\ntest:\n"}}), "just test");
}

TEST(CheckCommandTest, AMakefileWithoutATargetLeavesItToTheLanguage) {
    EXPECT_EQ(checkOf({{"Makefile", "all:\n"}, {"Cargo.toml", ""}}), "cargo test");
}

TEST(CheckCommandTest, UsualProjectsAreKnownByTheirFiles) {
    EXPECT_EQ(checkOf({{"go.mod", "module x\n"}}), "go test ./...");
    EXPECT_EQ(checkOf({{"tox.ini", ""}}), "tox");
    EXPECT_EQ(checkOf({{"pyproject.toml", "[tool.pytest.ini_options]\n"}}), "python3 -m pytest");
    EXPECT_EQ(checkOf({{"gradlew", ""}, {"build.gradle", ""}}), "./gradlew test");
    EXPECT_EQ(checkOf({{"pom.xml", ""}}), "mvn --batch-mode test");
    EXPECT_EQ(checkOf({{"justfile", "test arg='x':\n  true\n"}}), "just test");
    EXPECT_EQ(checkOf({{"justfile", "test-all:\n  true\ntest := 'x'\n"}}), "");
}

TEST(CheckCommandTest, CMakeIsTakenOnlyWithTests) {
    EXPECT_EQ(checkOf({{"CMakeLists.txt", "project(x)\n"}}), "");
    EXPECT_NE(checkOf({{"CMakeLists.txt", "project(x)\ninclude(CTest)\n"}}).find("ctest"),
              std::string::npos);
    EXPECT_NE(checkOf({{"CMakeLists.txt", " ENABLE_TESTING ()\n"}}).find("ctest"),
              std::string::npos);
    EXPECT_EQ(checkOf({{"CMakeLists.txt", "# enable_testing()\ninclude(rules)\n"}}), "");
}

TEST(CheckCommandTest, ANodeProjectInstallsItsPackagesFirst) {
    const std::string package = R"({"scripts":{"test":"jest"}})";
    EXPECT_EQ(checkOf({{"package.json", package}}), "sh -c npm install && npm test");
    EXPECT_EQ(checkOf({{"package.json", package}, {"package-lock.json", "{}"}}),
              "sh -c npm ci && npm test");
}

TEST(CheckCommandTest, ATestScriptThatOnlyFailsIsNone) {
    EXPECT_EQ(checkOf({{"package.json",
                        R"({"scripts":{"test":"echo \"Error: no test specified\" && exit 1"}})"}}),
              "");
    EXPECT_EQ(checkOf({{"package.json", "not json"}}), "");
}

TEST(CheckCommandTest, NothingKnownIsNoCheck) {
    EXPECT_EQ(checkOf({{"src/main.x", ""}}), "");
}

TEST(CheckCommandTest, WhatIsNotCommittedDoesNotCount) {
    const TempDir folder;
    const auto repo = GitRepo::create(folder / "repo");
    repo.write("Makefile", "check:\n");
    EXPECT_FALSE(findCheck(BaseTree{{.folder = repo.path(), .base = "main"}}));
}

}  // namespace orch::ctl

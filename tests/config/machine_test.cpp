#include <gmock/gmock.h>

#include "base/files.hpp"
#include "config_text.hpp"
#include "support/child.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TempDir;

/// A machine on which nothing is missing: prompts, a repository, a folder with programs.
struct MachineTest : ::testing::Test {
    TempDir folder;
    Config config = defaultConfig();

    MachineTest() {
        config.state_dir = folder / "new" / "var";
        config.prompts = ORCH_CONFIG_DIR "/prompts";
        std::filesystem::create_directories(folder / "repo" / ".git");
        std::filesystem::create_directory(folder / "bin");
        for (const auto* program : {"claude", "make"}) {
            replaceFile(folder / "bin" / program, "", Sync::kNo, 0700);
        }
    }

    void addProject() {
        ProjectDef project;
        project.name = "greeter";
        project.path = folder / "repo";
        config.projects = {project};
    }
    std::vector<std::string> problems() {
        return environmentProblems(config, "/nowhere:" + (folder / "bin").string());
    }
    std::string pathText() { return "PATH (/nowhere:" + (folder / "bin").string() + ")"; }
};

TEST_F(MachineTest, CompleteMachineHasNoProblems) {
    addProject();
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(folder / "new"));
}

TEST_F(MachineTest, MissingAgentIsToldOnceAProjectExists) {
    std::filesystem::remove(folder / "bin" / "claude");
    EXPECT_THAT(problems(), IsEmpty());
    addProject();
    EXPECT_THAT(problems(),
                ElementsAre("agents.analyst.command, agents.architect.command, "
                            "agents.developer.command, agents.reviewer.command: there is no "
                            "program claude in " +
                            pathText() + ": install it, or name another one"));
}

TEST_F(MachineTest, AgentNoStageUsesMayBeMissing) {
    addProject();
    config.agents.push_back(AgentDef{});
    config.agents.back().name = "spare";
    config.agents.back().command = {"not-there"};
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(MachineTest, ProgramThatCannotBeExecutedIsMissing) {
    addProject();
    config.pipeline.stages[4].check = {(folder / "repo").string()};
    EXPECT_THAT(problems(),
                ElementsAre("pipeline.stages.testing.check: " + (folder / "repo").string() +
                            " is not there or cannot be executed: install it, or name another "
                            "one"));
}

TEST_F(MachineTest, ProgramInTheWorktreeIsNotLookedFor) {
    addProject();
    config.projects[0].deploy = {"./deploy.sh"};
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(MachineTest, ARepositoryThatCannotBeUsedIsNoReasonNotToStart) {
    addProject();
    config.projects[0].path = folder / "no-repo";
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(MachineTest, StateFolderBehindAFileIsTold) {
    replaceFile(folder / "file", "", Sync::kNo);
    config.state_dir = folder / "file" / "var";
    EXPECT_THAT(problems(),
                ElementsAre("state_dir: " + (folder / "file").string() +
                            " is a file, a folder is needed there"));
}

/// In a child that is nobody, because root may write everywhere.
TEST_F(MachineTest, StateFolderWithoutPermissionIsTold) {
    config.pipeline.stages.clear();
    config.state_dir = folder / "bin" / "var";
    const auto bin = (folder / "bin").string();
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
    std::filesystem::permissions(bin, std::filesystem::perms(0555));
    testing::Child nobody([&] {
        if (geteuid() == 0 && setuid(65534) != 0) return 2;
        const auto told = "state_dir: " + config.state_dir.string() +
                          " cannot be written: no permission in " + bin +
                          ": give it to the user who runs orchd, or name another folder";
        return problems() == std::vector{told} ? 0 : 1;
    });
    EXPECT_EQ(nobody.exitCode(), 0);
}

TEST_F(MachineTest, WhatGitSaysOfARepositoryIsToldInTheWordsOfAStart) {
    addProject();
    config.projects[0].path = folder / "new";
    (void)testing::GitRepo::createEmpty(folder / "new");
    const auto path = "/nowhere:" + (folder / "bin").string();
    EXPECT_THAT(machineProblems(config, path),
                ElementsAre("projects.greeter.repo: repository " + (folder / "new").string() +
                            ": it has no commits yet, so nothing can be built on main; make the "
                            "first commit"));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(MachineTest, AFolderWithoutGitIsToldOnce) {
    addProject();
    std::filesystem::remove(folder / "repo" / ".git");
    EXPECT_EQ(machineProblems(config, (folder / "bin").string()).size(), 1U);
}

TEST_F(MachineTest, MissingPromptsAreTold) {
    config.prompts = folder / "no-prompts";
    EXPECT_EQ(problems().size(), 4U);
}

}  // namespace orch

#include <sys/stat.h>
#include <unistd.h>

#include "ctl/init_fixture.hpp"
#include "support/child.hpp"

// What orchctl init does to files, and what it tells.

namespace orch::ctl {

namespace fs = std::filesystem;

TEST_F(InitTest, AConfigurationThatIsThereStaysAsItIs) {
    const auto repo = repository();
    repo.write("orch.yaml", "mine");
    EXPECT_EQ(init(repo.path()), 1);
    EXPECT_NE(
        err.find("is there already and stays as it is: check it with orchctl doctor --config /"),
        std::string::npos)
        << err;
    EXPECT_EQ(repo.read("orch.yaml"), "mine");
}

TEST_F(InitTest, ALinkThatLeadsNowhereIsNotFollowed) {
    const auto repo = repository();
    fs::create_symlink(temp / "elsewhere", repo.path() / "orch.yaml");
    EXPECT_EQ(init(repo.path()), 1);
    EXPECT_FALSE(fs::exists(temp / "elsewhere"));
}

TEST_F(InitTest, ForceKeepsEveryEarlierFile) {
    const auto repo = repository();
    repo.write("orch.yaml", "first");
    EXPECT_EQ(init(repo.path(), {"--force"}), 0);
    repo.write("orch.yaml", "second");
    EXPECT_EQ(init(repo.path(), {"--force"}), 0);
    EXPECT_EQ(repo.read("orch.yaml.before-1"), "first");
    EXPECT_EQ(repo.read("orch.yaml.before-2"), "second");
}

TEST_F(InitTest, OnlyOneFileIsNewAndGitIsUntouched) {
    const auto repo = repository();
    const auto refs = repo.git({"for-each-ref"});
    (void)init(repo.path());
    EXPECT_EQ(repo.git({"status", "--porcelain"}), "?? orch.yaml");
    EXPECT_EQ(repo.git({"for-each-ref"}), refs);
    EXPECT_FALSE(fs::exists(temp / "state"));
}

TEST_F(InitTest, TheLineThatGitsIgnoreFileLacksIsTold) {
    const auto repo = repository();
    (void)init(repo.path());
    EXPECT_NE(said["notes"].dump().find("echo '/orch.yaml*' >>"), std::string::npos);
    repo.write(".git/info/exclude", "/orch.yaml\n");
    (void)init(repo.path(), {"--force"});
    EXPECT_EQ(said["notes"].dump().find("echo '/orch.yaml*' >>"), std::string::npos);
}

/// As nobody, because root may write everywhere.
TEST_F(InitTest, AFolderThatCannotBeWrittenIsASentence) {
    const auto repo = repository();
    for (const auto& entry : fs::recursive_directory_iterator(temp.path())) {
        if (geteuid() == 0) (void)lchown(entry.path().c_str(), 65534, 65534);
    }
    fs::permissions(temp.path(), fs::perms(0755));
    if (geteuid() == 0) (void)lchown(repo.path().c_str(), 65534, 65534);
    fs::permissions(repo.path(), fs::perms(0555));
    testing::Child nobody([&] {
        if (geteuid() == 0 && setuid(65534) != 0) return 2;
        if (init(repo.path()) != 1) return 3;
        return err.find("orch.yaml: Permission denied: run it as a user who may") ==
                       std::string::npos
                   ? 4
                   : 0;
    });
    EXPECT_EQ(nobody.exitCode(), 0);
    fs::permissions(repo.path(), fs::perms(0755));
}

TEST_F(InitTest, InstalledAgentsAreOfferedAndTheFirstIsUsed) {
    program("codex");
    (void)init(repository().path());
    EXPECT_EQ(said["agents"], (nlohmann::json{"claude", "codex"}));
    EXPECT_EQ(written().findAgent("developer")->command.front(), "claude");
    fs::remove(temp / "bin" / "claude");
    (void)init(temp / "greeter", {"--force"});
    EXPECT_EQ(written().findAgent("developer")->command.front(), "codex");
}

TEST_F(InitTest, WithoutAnAgentTheFileIsValidAndTheSentenceSaysWhatToDo) {
    fs::remove(temp / "bin" / "claude");
    EXPECT_EQ(init(repository().path()), 1);
    EXPECT_NE(said["errors"].dump().find("there is no program claude in PATH"), std::string::npos);
    EXPECT_EQ(written().agents.size(), 4U);
}

TEST_F(InitTest, TheStateLiesOutsideAndDiffersByRepository) {
    fs::create_directories(temp / "a");
    fs::create_directories(temp / "b");
    (void)init(repository("a/greeter").path());
    const auto first = written().state_dir;
    (void)init(repository("b/greeter").path());
    EXPECT_NE(written().state_dir, first);
    EXPECT_EQ(first.parent_path(), temp / "state" / "orchd");
}

TEST_F(InitTest, PeopleAreToldWhatWasFoundAndWhatComesNext) {
    folder = repository().path();
    EXPECT_EQ(orchctl({"init"}), 0) << err;
    EXPECT_NE(out.find("make check (Makefile has the target check)"), std::string::npos) << out;
    EXPECT_NE(out.find("good: 6 stages, 1 projects"), std::string::npos) << out;
    EXPECT_NE(out.find("Next:\n  orchctl doctor --config orch.yaml\n  orchd --config orch.yaml\n"
                       "  orchctl task add --project greeter \"TITLE\"\n"),
              std::string::npos)
        << out;
}

TEST_F(InitTest, OrchctlFindsTheOrchdOfTheFile) {
    const auto repo = repository();
    (void)init(repo.path());
    EXPECT_EQ(findEndpoint({}, {environment, repo.path() / ".git"}).place(),
              (written().state_dir / "orchd.sock").string());
}

}  // namespace orch::ctl

#include "ctl/init_fixture.hpp"

// What a new user may stand in when typing orchctl init.

namespace orch::ctl {

namespace fs = std::filesystem;
using testing::GitRepo;

TEST_F(InitTest, APlainRepositoryGetsAWorkingSetUp) {
    const auto repo = repository();
    expectWorking(repo.path(), "main");
    EXPECT_EQ(written().projects.at(0).name, "greeter");
    EXPECT_EQ(written().projects.at(0).path, repo.path());
}

TEST_F(InitTest, TheSetUpHasTheDefaultWayOfATask) {
    (void)init(repository().path());
    const auto config = written();
    const auto defaults = defaultConfig();
    for (std::size_t i = 0; i < defaults.pipeline.stages.size(); ++i) {
        EXPECT_EQ(definitionOf(config.pipeline.stages.at(i)),
                  definitionOf(defaults.pipeline.stages[i]));
    }
}

TEST_F(InitTest, AFolderThatIsNoRepositoryIsToldWhatToDo) {
    fs::create_directories(temp / "empty");
    expectRefused(temp / "empty", "is not in a git repository: run git init and make the first");
}

TEST_F(InitTest, AFolderThatIsNotThereIsNamed) {
    EXPECT_EQ(init(temp.path(), {"--path", "nowhere"}), 1);
    EXPECT_NE(err.find("there is no folder " + (temp / "nowhere").string()), std::string::npos);
}

TEST_F(InitTest, ARepositoryWithoutCommitsIsRefusedInOrchdsWords) {
    const auto repo = GitRepo::createEmpty(temp / "new");
    expectRefused(repo.path(),
                  "it has no commits yet, so nothing can be built on main; make the first commit");
}

TEST_F(InitTest, AShallowCloneWorks) {
    const auto origin = repository("origin");
    origin.git({"clone", "-q", "--depth", "1", "file://" + origin.path().string(), temp / "clone"});
    expectWorking(temp / "clone", "main");
}

TEST_F(InitTest, SubmodulesAreMentioned) {
    const auto library = GitRepo::create(temp / "library");
    const auto repo = repository();
    repo.git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    repo.commitAll();
    expectWorking(repo.path(), "main");
    EXPECT_NE(said["notes"].dump().find("submodules"), std::string::npos);
}

TEST_F(InitTest, ASubmoduleIsARepositoryOfItsOwn) {
    const auto library = GitRepo::create(temp / "library");
    const auto repo = repository();
    repo.git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    expectWorking(repo.path() / "lib", "main");
    EXPECT_EQ(said["repository"], (repo.path() / "lib").string());
}

TEST_F(InitTest, ABareRepositoryWorks) {
    (void)GitRepo::createBare(temp / "greeter.git", repository());
    expectWorking(temp / "greeter.git", "main");
    EXPECT_EQ(written().projects.at(0).name, "greeter");
}

TEST_F(InitTest, ADetachedHeadFallsBackOnTheUsualName) {
    const auto repo = repository();
    repo.git({"branch", "other"});
    repo.git({"checkout", "-q", "--detach"});
    expectWorking(repo.path(), "main");
}

TEST_F(InitTest, ABaseNamedTrunkIsFound) {
    const auto repo = repository();
    repo.git({"branch", "-m", "main", "trunk"});
    expectWorking(repo.path(), "trunk");
}

TEST_F(InitTest, TheRemotesHeadGoesBeforeTheBranchThatIsCheckedOut) {
    const auto origin = repository("origin");
    origin.git({"clone", "-q", origin.path().string(), temp / "clone"});
    GitRepo{temp / "clone"}.git({"checkout", "-q", "-b", "feature"});
    expectWorking(temp / "clone", "main");
    EXPECT_EQ(said["base_from"], "the branch that the remote's HEAD names");
}

TEST_F(InitTest, SeveralUnusualBranchesAreAPersonsChoice) {
    const auto repo = repository();
    repo.git({"branch", "-m", "main", "green"});
    repo.git({"branch", "blue"});
    repo.git({"checkout", "-q", "--detach"});
    expectRefused(repo.path(), "There are blue, green: name one with --base");
    EXPECT_EQ(init(repo.path(), {"--base", "green"}), 0);
    EXPECT_EQ(written().projects.at(0).base, "green");
}

TEST_F(InitTest, ABaseThatIsNotThereIsRefusedInOrchdsWords) {
    const auto repo = repository();
    EXPECT_EQ(init(repo.path(), {"--base", "nope"}), 1);
    EXPECT_NE(err.find("no branch nope; there are main"), std::string::npos) << err;
}

TEST_F(InitTest, ASubFolderLeadsToTheTop) {
    const auto repo = repository();
    repo.commit("deep/er/file", "x");
    expectWorking(repo.path() / "deep" / "er", "main");
    EXPECT_EQ(said["file"], (repo.path() / "orch.yaml").string());
}

TEST_F(InitTest, AWorktreeLeadsToItsRepository) {
    const auto repo = repository();
    repo.git({"worktree", "add", "-q", "-b", "feature", temp / "linked"});
    expectWorking(temp / "linked", "main");
    EXPECT_EQ(said["repository"], repo.path().string());
    EXPECT_NE(said["notes"].dump().find("a worktree of"), std::string::npos);
}

TEST_F(InitTest, PathsWithSpacesLettersAndYamlsOwnSignsWork) {
    for (const std::string name : {"with space",
                                   "Grüße",
                                   "yes",
                                   "1e3",
                                   "# not a comment",
                                   "a: b",
                                   "~",
                                   "${HOME}",
                                   "it's",
                                   "q\"uote",
                                   "two\nlines",
                                   "-",
                                   "{a}",
                                   "*x"}) {
        const auto repo = repository(name);
        expectWorking(repo.path(), "main");
        EXPECT_EQ(written().projects.at(0).path, repo.path());
    }
}

TEST_F(InitTest, APathThatIsNoUtf8IsRefused) {
    const auto repo = repository("latin\xE9");
    expectRefused(repo.path(), "is not UTF-8, which a configuration has to be");
}

}  // namespace orch::ctl

#include <gmock/gmock.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/git.hpp"
#include "forge/local_git_forge.hpp"
#include "support/child.hpp"
#include "support/fake_leases.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

struct Prepare : ::testing::Test {
    /// What prepare() complains about; "" when it does not.
    std::string complaint(const fs::path& repository, const std::string& base = "main") {
        try {
            LocalGitForge(repository, base, mirror()).prepare();
            return {};
        } catch (const RemoteError& error) {
            return error.what();
        }
    }
    [[nodiscard]] fs::path mirror() const { return dir / "state/repos/p.git"; }

    TempDir dir;
};

TEST_F(Prepare, AMissingFolderIsNamed) {
    EXPECT_THAT(complaint(dir / "none"), AllOf(HasSubstr("none"), HasSubstr("no such folder")));
}

TEST_F(Prepare, AFolderThatIsNoRepositoryIsNamed) {
    EXPECT_THAT(complaint(dir.path()), HasSubstr("not a git repository"));
}

TEST_F(Prepare, AFolderInsideARepositoryIsNotTakenForIt) {
    GitRepo::create(dir / "r").commit("sub/file", "x");
    EXPECT_THAT(complaint(dir / "r/sub"), HasSubstr("give the folder that holds .git"));
}

// proves X5: git runs them as orchd's user when a change lands
TEST_F(Prepare, WhatEverybodyMayChangeInARepositoryIsNamedWithItsCure) {
    const auto git = GitRepo::create(dir / "r").path() / ".git";
    fs::create_directories(git / "hooks");
    fs::create_directories(dir / "own-hooks");
    createFile(git / "hooks/post-receive", "#!/bin/sh\n");
    createFile(dir / "own-hooks/update", "#!/bin/sh\n");
    const std::vector<fs::path> all{git,
                                    git / "config",
                                    git / "hooks",
                                    git / "hooks/post-receive",
                                    git / "refs/heads",
                                    git / "objects",
                                    dir / "r"};
    const auto expectTold = [&](const fs::path& path, fs::perms open) {
        const auto before = fs::status(path).permissions();
        fs::permissions(path, open);
        EXPECT_THAT(complaint(dir / "r"),
                    AllOf(HasSubstr(path.string() + " may be written by everybody"),
                          HasSubstr("; chmod o-w " + path.string())));
        fs::permissions(path, before);
    };
    for (const auto& path : all) expectTold(path, fs::perms::all);
    // Nobody replaces what is in a sticky folder, and everybody adds a hook.
    expectTold(git / "hooks", fs::perms::all | fs::perms::sticky_bit);
    GitRepo(dir / "r").git({"config", "core.hooksPath", "../../own-hooks"});
    expectTold(dir / "own-hooks/update", fs::perms::all);
    EXPECT_EQ(complaint(dir / "r"), "");
}

TEST_F(Prepare, ARepositoryOfAGroupOrOfAnotherOwnerIsShared) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a repository away";
    const auto repo = GitRepo::create(dir / "r");
    fs::create_directories(repo.path() / ".git/hooks");
    for (const auto* inner : {"", ".git", ".git/hooks", ".git/config", ".git/objects"}) {
        ASSERT_EQ(lchown((repo.path() / inner).c_str(), geteuid(), 54321), 0);
        fs::permissions(repo.path() / inner, fs::perms::group_write, fs::perm_options::add);
    }
    ASSERT_EQ(lchown((repo.path() / ".git/hooks").c_str(), 54321, 54321), 0);
    EXPECT_EQ(complaint(dir / "r"), "");
}

TEST_F(Prepare, AnUnbornBranchIsExplained) {
    GitRepo::createEmpty(dir / "r");
    EXPECT_THAT(complaint(dir / "r"), HasSubstr("make the first commit"));
}

TEST_F(Prepare, AMissingBaseNamesTheBranchesThatAreThere) {
    GitRepo::create(dir / "r").git({"branch", "second"});
    EXPECT_THAT(complaint(dir / "r", "trunk"),
                HasSubstr("no branch trunk; there are main, second"));
}

TEST_F(Prepare, ABaseNameGitWouldNotAcceptIsRefused) {
    GitRepo::create(dir / "r");
    for (const std::string base : {"--upload-pack=x", "a..b", "", "HEAD", "a b"}) {
        EXPECT_THAT(complaint(dir / "r", base), HasSubstr("not a name git accepts")) << base;
    }
}

TEST_F(Prepare, ABaseThatWasRenamedIntoAFolderOfItsFormerNameIsFetched) {
    const auto repo = GitRepo::create(dir / "r");
    repo.git({"branch", "-m", "dev"});
    ASSERT_EQ(complaint(dir / "r", "dev"), "");
    repo.git({"branch", "-m", "dev/next"});
    EXPECT_EQ(complaint(dir / "r", "dev/next"), "");
    repo.git({"branch", "-m", "dev"});
    EXPECT_EQ(complaint(dir / "r", "dev"), "");
}

TEST_F(Prepare, APartialCloneNamesTheCommandThatMakesItWholeAndIsUsedAfterIt) {
    const auto whole = GitRepo::create(dir / "whole");
    whole.commit("README", "changed\n");
    whole.git({"config", "uploadpack.allowFilter", "true"});
    whole.git({"clone",
               "--quiet",
               "--filter=blob:none",
               "file://" + whole.path().string(),
               (dir / "r").string()});
    EXPECT_THAT(
        complaint(dir / "r"),
        AllOf(HasSubstr("it is a partial clone"),
              HasSubstr("git -C " + (dir / "r").string() + " fetch --refetch --no-filter origin")));
    GitRepo{dir / "r"}.git({"fetch", "--quiet", "--refetch", "--no-filter", "origin"});
    EXPECT_EQ(complaint(dir / "r"), "");
}

TEST_F(Prepare, ADamagedMirrorIsNamedWithWhatToDo) {
    GitRepo::create(dir / "r");
    ASSERT_EQ(complaint(dir / "r"), "");
    GitRepo{mirror()}.write("refs/orch/T-999", "");
    EXPECT_THAT(complaint(dir / "r"),
                AllOf(HasSubstr("orchd's own copy " + mirror().string() + " is damaged"),
                      HasSubstr("refs/orch/T-999")));
    fs::remove_all(mirror());
    EXPECT_EQ(complaint(dir / "r"), "");
}

/// In a child that is nobody, because root may read everything.
TEST_F(Prepare, ARepositoryThatMayNotBeReadIsNotTakenForNone) {
    GitRepo::create(dir / "r");
    fs::permissions(dir.path(), fs::perms(0755));
    fs::permissions(dir / "r", fs::perms(0700));
    if (geteuid() != 0) fs::permissions(dir / "r", fs::perms::none);
    Child nobody([&] {
        if (geteuid() == 0 && setuid(65534) != 0) return 2;
        const auto said = complaint(dir / "r");
        return said.find("may not read it: Permission denied") != std::string::npos ? 0 : 1;
    });
    EXPECT_EQ(nobody.exitCode(), 0);
    fs::permissions(dir / "r", fs::perms(0700));
}

TEST_F(Prepare, NothingIsMadeWhereTheRepositoryCannotBeUsed) {
    complaint(dir / "none");
    EXPECT_FALSE(fs::exists(dir / "state"));
}

TEST_F(Prepare, ARepositoryOfAnotherUserExplainsSafeDirectory) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    GitRepo::create(dir / "r");
    for (const auto& entry : {dir / "r", dir / "r/.git"}) {
        ASSERT_EQ(chown(entry.c_str(), 65534, 65534), 0);
    }
    EXPECT_THAT(complaint(dir / "r"), HasSubstr("safe.directory"));
}

TEST_F(Prepare, AFolderInTheMirrorsPlaceIsNotOverwritten) {
    GitRepo::create(dir / "r");
    GitRepo{mirror()}.write("precious", "x");
    EXPECT_THAT(complaint(dir / "r"), HasSubstr("move it away"));
    EXPECT_TRUE(fs::exists(mirror() / "precious"));
}

TEST_F(Prepare, WhatACallWroteIntoAMirrorThatWasMovedAwayMeanwhileGivesWay) {
    const auto user = GitRepo::create(dir / "r");
    GitRepo{dir / "mirror.git"}.write("lfs-base/objects/x", "x");
    GitRepo{dir / "mirror.git"}.write("seen-remote", "x");
    LocalGitForge forge(user.path(), "main", dir / "mirror.git");
    forge.prepare();
    EXPECT_EQ(forge.fetchBase(), user.tip());
}

TEST_F(Prepare, AShallowCloneCanBeLandedIn) {
    const auto origin = GitRepo::create(dir / "origin");
    origin.commit("second", "x");
    origin.git(
        {"clone", "-q", "--depth=1", "file://" + origin.path().string(), (dir / "r").string()});
    LocalGitForge forge(dir / "r", "main", mirror());
    forge.prepare();
    forge.openWorktree(dir / "w", "orch/T-1");
    GitRepo{dir / "w"}.commit("new", "x");
    const auto head = forge.workState(dir / "w", "orch/T-1").head;
    const auto landed = forge.land({"T-1", "orch/T-1", head, forge.fetchBase(), "x"}, heldLease());
    EXPECT_EQ(landed.kind, Landed::Kind::kMerged) << landed.reason;
}

TEST_F(Prepare, ARepositoryWhoseGitFolderLiesElsewhereIsUsed) {
    const auto library = GitRepo::create(dir / "library");
    const auto repo = GitRepo::create(dir / "r");
    repo.git({"submodule", "--quiet", "add", library.path().string(), "lib"});
    repo.git({"worktree", "add", "-q", "-b", "other", dir / "linked"});
    EXPECT_EQ(complaint(dir / "r/lib"), "");
    fs::remove_all(mirror());
    EXPECT_EQ(complaint(dir / "linked"), "");
}

TEST_F(Prepare, ASha256RepositoryCanBeLandedIn) {
    GitRepo::createEmpty(dir / "r", {"--object-format=sha256"}).commit("README", "hello\n");
    LocalGitForge forge(dir / "r", "main", mirror());
    forge.prepare();
    forge.openWorktree(dir / "w", "orch/T-1");
    GitRepo{dir / "w"}.commit("new", "x");
    const auto head = forge.workState(dir / "w", "orch/T-1").head;
    EXPECT_EQ(forge.land({"T-1", "orch/T-1", head, forge.fetchBase(), "x"}, heldLease()).kind,
              Landed::Kind::kMerged);
}

TEST_F(Prepare, APathWithDotsAndColonsIsUsedAsItIs) {
    GitRepo::create(dir / "a:b");
    EXPECT_EQ(complaint(dir / "x/../a:b"), "");
}

TEST_F(Prepare, AgentsCanCommitWhereNobodyConfiguredAName) {
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    GitRepo::create(dir / "r");
    EXPECT_EQ(complaint(dir / "r"), "");
    EXPECT_EQ(GitRepo{mirror()}.git({"config", "user.email"}), "orchd@localhost");
}

TEST_F(Prepare, AConfiguredNameIsLeftToTheUser) {
    GitRepo{dir.path()}.write("config", "[user]\n\temail = me@example.org\n\tname = Me\n");
    setenv("GIT_CONFIG_GLOBAL", (dir / "config").c_str(), 1);
    GitRepo::create(dir / "r");
    EXPECT_EQ(complaint(dir / "r"), "");
    EXPECT_FALSE(GitRepo{mirror()}.succeeds({"config", "user.email"}));
}

TEST_F(Prepare, InheritedGitVariablesDoNotMisleadGit) {
    GitRepo::create(dir / "r");
    setenv("GIT_DIR", "/nowhere", 1);
    setenv("GIT_INDEX_FILE", "/nowhere/index", 1);
    const auto said = complaint(dir / "r");
    unsetenv("GIT_DIR");
    unsetenv("GIT_INDEX_FILE");
    EXPECT_EQ(said, "");
}

TEST_F(Prepare, WithoutGitASentenceSaysSo) {
    GitRepo::create(dir / "r");
    const std::string path = getenv("PATH");
    setenv("PATH", "/nowhere", 1);
    const auto said = complaint(dir / "r");
    setenv("PATH", path.c_str(), 1);
    EXPECT_THAT(said, HasSubstr("no program git in PATH"));
}

TEST_F(Prepare, AnOldGitIsToldWhatIsMissing) {
    GitRepo::create(dir / "r");
    GitRepo{dir / "bin"}.write("git", "#!/bin/sh\necho git version 2.34.1\n");
    fs::permissions(dir / "bin/git", fs::perms::owner_all);
    const std::string path = getenv("PATH");
    setenv("PATH", (dir / "bin").c_str(), 1);
    const auto said = complaint(dir / "r");
    setenv("PATH", path.c_str(), 1);
    if (geteuid() != 0) {  // whose own folder may hold what an agent put there
        EXPECT_THAT(said, HasSubstr("git is only in " + (dir / "bin").string()));
        return;
    }
    EXPECT_THAT(said, AllOf(HasSubstr("2.34.1"), HasSubstr("2.38")));
}

}  // namespace orch::testing

#include "base/git.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

TEST(Git, AFailureSaysWhatWasTriedAndWhatCameBack) {
    const TempDir dir;
    const auto repo = GitRepo::create(dir / "r");
    try {
        Git{repo.path() / ".git"}.run("reading a branch", {"rev-parse", "--verify", "nope"});
        FAIL() << "succeeded";
    } catch (const RemoteError& error) {
        EXPECT_STREQ(error.what(),
                     "reading a branch: git rev-parse: exit code 128: fatal: Needed a single "
                     "revision");
        EXPECT_FALSE(error.retryable());
    }
}

TEST(Git, ATimeLimitIsToldAndRetryable) {
    try {
        static_cast<void>(
            Git{}.ask({"-c", "alias.wait=!sleep 600", "wait"}, std::chrono::milliseconds{200}));
        FAIL() << "ended";
    } catch (const RemoteError& error) {
        EXPECT_THAT(error.what(), HasSubstr("had not ended after 0.2 s"));
        EXPECT_TRUE(error.retryable());
    }
}

TEST(Git, TheRepositoryAroundTheCurrentFolderIsNotFound) {
    const TempDir dir;
    const auto repo = GitRepo::create(dir / "r");
    EXPECT_FALSE(Git(repo.path() / "gone", repo.path()).ask({"status"}).ok());
}

TEST(Git, OnlyTheTellingLinesOfAnErrorAreKept) {
    EXPECT_EQ(firstErrors("\nhint: try this\nfatal: one  \n\nerror: two\nthree\nfour\n"),
              "fatal: one / error: two / three");
}

TEST(Git, ALockOrAFullDiskMayPassAMissingBranchDoesNot) {
    EXPECT_TRUE(looksTransient("fatal: Unable to create '/r/index.lock': File exists."));
    EXPECT_TRUE(looksTransient("error: file write error: No space left on device"));
    EXPECT_FALSE(looksTransient("fatal: couldn't find remote ref refs/heads/nope"));
}

}  // namespace orch::testing

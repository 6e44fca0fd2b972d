#include "base/search_path.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr uid_t kSomebody = 54321;

}  // namespace

// proves X5: else a program of an agent's runs in the place of orchd's git, unconfined
TEST(SearchPathTest, II2FoldersAnAgentCanWriteToAreLeftOut) {
    const TempDir dir;
    fs::permissions(dir.path(), fs::perms::all);
    const auto own = dir.path().string();
    EXPECT_EQ(trustedFolders(own + "::/usr/bin:" + own + "/not/there:bin:/bin", kSomebody),
              "/usr/bin:/bin");
}

TEST(SearchPathTest, ALinkToAFolderOfAnAgentsIsOne) {
    const TempDir dir;
    fs::permissions(dir.path(), fs::perms::all);
    fs::create_symlink("/usr/bin", dir / "link");
    EXPECT_EQ(trustedFolders((dir / "link").string() + ":/bin", kSomebody), "/bin");
}

TEST(SearchPathTest, OfRootsThoseAreLeftOutThatOthersCanChange) {
    const TempDir dir;
    if (geteuid() != 0) GTEST_SKIP() << "a folder of root's is needed";
    EXPECT_EQ(trustedFolders("/usr/bin:" + dir.path().string(), 0),
              "/usr/bin:" + dir.path().string());
    fs::permissions(dir.path(), fs::perms::all);
    EXPECT_EQ(trustedFolders("/usr/bin:relative:" + dir.path().string(), 0), "/usr/bin");
}

// proves X5: git-lfs of an agent's ran unconfined after a restart
TEST(SearchPathTest, AProgramThatIsOnlyWhereAgentsCanPutItIsToldWithItsCure) {
    const TempDir dir;
    const auto own = (dir / "bin").string();
    fs::create_directories(own);
    createFile(own + "/git-lfs-of-nobody", "#!/bin/sh\n");
    fs::permissions(own + "/git-lfs-of-nobody", fs::perms::owner_all);
    fs::permissions(own, fs::perms::all);
    const auto told = untrustedProgram("git-lfs-of-nobody", own + ":/usr/bin", geteuid());
    ASSERT_TRUE(told);
    EXPECT_EQ(*told,
              "git-lfs-of-nobody is only in " + own +
                  ", where agents or other users can put a program: orchd does not start it; "
                  "install it for all users, such as with apt-get install git-lfs-of-nobody");
    EXPECT_FALSE(untrustedProgram("sh", own + ":/usr/bin", geteuid()));
    EXPECT_FALSE(untrustedProgram("nowhere-at-all", own, geteuid()));
}

}  // namespace orch::testing

#include "base/search_path.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr uid_t kSomebody = 54321;

}  // namespace

// proves X5: else a program of an agent's runs in the place of orchd's git, unconfined
TEST(SearchPathTest, II2FoldersAnAgentCanWriteToComeLast) {
    const TempDir dir;
    fs::permissions(dir.path(), fs::perms::all);
    const auto own = dir.path().string();
    EXPECT_EQ(installedFirst(own + "::/usr/bin:" + own + "/not/there:bin:/bin", kSomebody),
              "/usr/bin:/bin:" + own + "::" + own + "/not/there:bin");
}

TEST(SearchPathTest, ALinkToAFolderOfAnAgentsIsOne) {
    const TempDir dir;
    fs::permissions(dir.path(), fs::perms::all);
    fs::create_symlink("/usr/bin", dir / "link");
    const auto link = (dir / "link").string();
    EXPECT_EQ(installedFirst(link + ":/bin", kSomebody), "/bin:" + link);
}

TEST(SearchPathTest, RootsStaysAsItIs) {
    EXPECT_EQ(installedFirst("/tmp:/usr/bin", 0), "/tmp:/usr/bin");
}

}  // namespace orch::testing

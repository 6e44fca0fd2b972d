#include "pipeline/confined_paths.hpp"

#include <gmock/gmock.h>

#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using enum PathAccess;

struct ConfinedPathsTest : ::testing::Test {
    testing::TempDir dir;
    const fs::path state = dir / "state";
};

TEST_F(ConfinedPathsTest, StateFolderIsOutOfReachButForWhatIsItsOwn) {
    const auto rules = confinedPaths(
        {.state_dir = state, .read_only = {dir / "repo"}},
        {state / "w", state / "tasks/T-1", state / "prompt.md", {{state / "git", kRead}}});
    EXPECT_THAT(rules,
                ElementsAre(PathRule{dir / "repo", kRead},
                            PathRule{state, kNone},
                            PathRule{state / "w", kWrite},
                            PathRule{state / "tasks/T-1", kWrite},
                            PathRule{state / "prompt.md", kRead},
                            PathRule{state / "git", kRead}));
}

TEST_F(ConfinedPathsTest, LinkToTheStateFolderIsKeptAndWhatItLeadsToIsOutOfReach) {
    fs::create_directories(dir / "real");
    fs::create_directory_symlink(dir / "real", state);
    const auto rules =
        confinedPaths({.state_dir = state, .read_only = {}}, {.worktree = state / "w"});
    EXPECT_THAT(rules,
                ElementsAre(PathRule{state, kNone},
                            PathRule{dir / "real", kNone},
                            PathRule{dir / "real/w", kWrite}));
}

TEST_F(ConfinedPathsTest, FolderThatLeadsToSomethingGuardedIsKnown) {
    const std::vector<PathRule> rules{{dir / "a/repo", kRead}, {dir / "b", kWrite}};
    EXPECT_TRUE(leadsToGuarded(dir.path(), rules));
    EXPECT_TRUE(leadsToGuarded(dir / "a", rules));
    EXPECT_TRUE(leadsToGuarded(dir / "a/repo", rules));
    EXPECT_FALSE(leadsToGuarded(dir / "a/repo/x", rules));
    EXPECT_FALSE(leadsToGuarded(dir / "b", rules));
    EXPECT_FALSE(leadsToGuarded(dir / "ab", rules));
}

TEST_F(ConfinedPathsTest, CheckHasNoArtefactsAndNoPrompt) {
    const auto rules =
        confinedPaths({.state_dir = state, .read_only = {}}, {.worktree = state / "w"});
    EXPECT_THAT(rules, ElementsAre(PathRule{state, kNone}, PathRule{state / "w", kWrite}));
}

TEST_F(ConfinedPathsTest, RepositoryThatIsTheStateFolderIsOutOfReach) {
    const auto rules = confinedPaths({.state_dir = state, .read_only = {state}}, {});
    EXPECT_EQ(rules.back(), (PathRule{state, kNone}));
}

}  // namespace orch

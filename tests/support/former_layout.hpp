#pragma once

#include <filesystem>
#include <string>

#include "support/git_repo.hpp"

namespace orch::testing {

/// Makes what orchd made of a repository before 0.2: one mirror, whose branches are the tasks',
/// with linked worktrees. Each of these sees it through a folder "common" of its own, with links to
/// the mirror's objects and to the folder of the tasks' branches.
class FormerLayout {
public:
    /// Makes the mirror of `repository` with its branch "main".
    FormerLayout(std::filesystem::path mirror, const GitRepo& repository);

    /// A worktree on `branch`, begun at main.
    GitRepo open(const std::filesystem::path& folder, const std::string& branch) const;
    /// The worktree's git folder, <mirror>/worktrees/<id>.
    [[nodiscard]] std::filesystem::path gitOf(const std::filesystem::path& folder) const;
    [[nodiscard]] const std::filesystem::path& mirror() const { return mirror_; }

private:
    std::filesystem::path mirror_;
};

}  // namespace orch::testing

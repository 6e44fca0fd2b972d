#pragma once

#include <filesystem>
#include <string>

namespace orch {

/// The mirror of an orchd before 0.2, which that one shared with its agents: tasks' branches are
/// its refs/heads/orch/T-3, and worktrees hang off it (git-worktree(1)). Nothing is written there
/// any more. Confined agents could write its objects, all of refs/heads/orch and the git folder of
/// their own worktree: whatever is read of these is read by AgentGit. The names of the worktrees'
/// git folders and the log of a branch's beginning were orchd's alone.
class FormerMirror {
public:
    /// It may not exist.
    explicit FormerMirror(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// The git folder of a worktree that hung off it, by the worktree's name: what the file ".git"
    /// in it says was its agent's to change, and the state folder may have been moved. Empty when
    /// it is none.
    [[nodiscard]] std::filesystem::path gitFolderOf(const std::filesystem::path& worktree) const;
    /// Was the making of it killed? Then nobody has worked there.
    [[nodiscard]] bool isHalfMade(const std::filesystem::path& worktree) const;
    /// Did orchd begin `branch` there? An agent could make the branch of a task to come.
    [[nodiscard]] bool began(const std::string& branch) const;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

}  // namespace orch

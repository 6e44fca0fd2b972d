#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/confinement.hpp"

namespace orch {

/// What git in a worktree sees as its repository. A worktree of git's shares all refs and settings
/// with every other one; these get a folder "common" of their own, inside the worktree's git
/// folder: settings, stash and further branches are private, the objects, the task's branches and
/// the base are led to by links. So a confined program needs little of the mirror, and git works in
/// it as in any repository. orchd's own git takes no settings from it (base/git.hpp, common_dir).
class OwnView {
public:
    /// `admin`: the worktree's git folder, <mirror>/worktrees/<id>.
    OwnView(const std::filesystem::path& mirror, const std::filesystem::path& admin);

    /// Makes or renews it; what is private in it stays. `branch`: which it may commit to; empty:
    /// none.
    void make(const std::string& branch) const;

    /// Makes `admin` one in which git of orchd's own can write: without links and special files,
    /// the view's own included, and with the mirror as its repository. Nobody else works there
    /// until make().
    void setAside() const;

    /// What a confined program needs for it.
    [[nodiscard]] std::vector<PathRule> paths(const std::string& branch) const;

private:
    void copy(const std::string& name, const std::string& more = {}) const;
    void lead(const std::filesystem::path& name) const;

    std::filesystem::path mirror_, admin_, common_;
};

}  // namespace orch

#pragma once

#include "forge/git_mirror.hpp"

namespace orch {

/// `git pack-refs --all` in a worktree moves the branches of tasks, which its view leads to, into a
/// file of that view (forge/own_view.hpp). Makes those that the mirror lacks anew, as they were.
void giveBackBranches(const GitMirror& mirror);

}  // namespace orch

#pragma once

#include <string>
#include <vector>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// `git`: the worktree's. Where HEAD is not on `branch`, that is the first entry of `dirty`: work
/// that nobody would find.
[[nodiscard]] WorkState readWorkState(const GitMirror& mirror,
                                      const Git& git,
                                      const std::string& branch);
/// At most 20 paths of `git status` with these options.
[[nodiscard]] std::vector<std::string> changedPaths(const Git& git, const Git::Arguments& options);
/// Nothing changed and nothing untracked, ignored files aside.
[[nodiscard]] bool isClean(const Git& git);
[[nodiscard]] bool headIsOn(const Git& git, const std::string& branch);

}  // namespace orch

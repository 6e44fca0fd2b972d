#pragma once

#include <string>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// `git`: the worktree's. Where HEAD is not on `branch`, that is the first entry of `dirty`: work
/// that nobody would find.
[[nodiscard]] WorkState readWorkState(const GitMirror& mirror,
                                      const Git& git,
                                      const std::string& branch);
/// Nothing changed and nothing untracked, ignored files aside.
[[nodiscard]] bool isClean(const Git& git);
[[nodiscard]] bool headIsOn(const Git& git, const std::string& branch);

}  // namespace orch

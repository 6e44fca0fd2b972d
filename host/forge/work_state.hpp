#pragma once

#include <string>
#include <vector>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// Adds what the mirror knows of `state.head`: how many commits are the task's own, and whether it
/// would bring back what somebody took off the base. Throws RemoteError.
void addWork(const GitMirror& mirror, WorkState& state);

/// A commit of `head` that was on the base, is not any more and did not come from the task; empty:
/// there is none. Throws RemoteError.
[[nodiscard]] std::string withdrawnIn(const GitMirror& mirror,
                                      const std::string& base,
                                      const std::string& head);

/// At most 20 paths of `git status` with these options.
[[nodiscard]] std::vector<std::string> changedPaths(const Git& git, const Git::Arguments& options);

}  // namespace orch

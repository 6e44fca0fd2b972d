#pragma once

#include <filesystem>
#include <string>

#include "forge/agent_git.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Where a project's mirror is, and where that of an orchd before 0.2 is or was.
[[nodiscard]] std::filesystem::path mirrorOf(const Setup& setup, const std::string& project);
[[nodiscard]] std::filesystem::path formerMirrorOf(const Setup& setup, const std::string& project);

/// What a project's worktrees share: what whoever works in one may do with it.
[[nodiscard]] std::vector<PathRule> sharedPathsOf(const Setup& setup, const std::string& project);

/// How orchd's git works in the worktrees of a project: through `shim`, confined as agents are
/// whatever their own setting says, and as their user. `setup` must outlive it.
[[nodiscard]] AgentAccess agentAccess(const Setup& setup,
                                      const std::string& project,
                                      const std::filesystem::path& shim);

}  // namespace orch

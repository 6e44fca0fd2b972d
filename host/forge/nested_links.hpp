#pragma once

#include <string>
#include <vector>

#include "forge/agent_git.hpp"
#include "forge/git_mirror.hpp"
#include "forge/listings.hpp"

namespace orch {

/// Those that are new or changed in `head`, against where it left `base`; at most 20. Throws
/// RemoteError.
[[nodiscard]] std::vector<NestedLink> changedLinks(const GitMirror& mirror,
                                                   const std::string& base,
                                                   const std::string& head);

/// Does its repository hand the commit out? Asked with the agent's rights, in its worktree.
[[nodiscard]] bool canBeFetched(const AgentAccess& access,
                                const std::filesystem::path& folder,
                                const NestedLink& link);

}  // namespace orch

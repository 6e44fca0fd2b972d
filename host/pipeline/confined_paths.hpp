#pragma once

#include <filesystem>
#include <vector>

#include "core/confinement.hpp"

namespace orch {

/// What no agent and no check may change, whoever's it is. Paths are absolute.
struct GuardedPaths {
    std::filesystem::path state_dir;               ///< out of reach
    std::vector<std::filesystem::path> read_only;  ///< repositories, configuration, programs
};

/// What belongs to one attempt. Empty paths: it has none.
struct OwnPaths {
    std::filesystem::path worktree;
    std::filesystem::path artefacts;
    std::filesystem::path prompt;
    std::vector<PathRule> git;  ///< Forge::pathsFor
    std::filesystem::path temporary;
};

/// The rules of one attempt: everything is as it would be without orchd, but what is guarded. Looks
/// at the disk for symbolic links on the way to each path: the rules are about where they lead,
/// and a link to something guarded can itself not be replaced.
[[nodiscard]] std::vector<PathRule> confinedPaths(const GuardedPaths& guarded, const OwnPaths& own);

/// Is something guarded in this folder, or is it guarded itself? Then nothing new can be made
/// directly in it.
[[nodiscard]] bool leadsToGuarded(const std::filesystem::path& folder,
                                  const std::vector<PathRule>& rules);

}  // namespace orch

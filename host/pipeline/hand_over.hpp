#pragma once

#include <filesystem>
#include <vector>

#include "core/confinement.hpp"

namespace orch {

/// Lets a user that is not orchd's reach what `rules` allow inside the state folder: gives it what
/// may be written, and opens the way there. Of a repository's objects only the folders are given.
/// Throws Error.
void handOver(const std::filesystem::path& state_dir,
              const std::vector<PathRule>& rules,
              const UserIds& user);

/// Lets a group pass through each folder from the state folder down to the one that holds `path`.
/// Throws Error.
void openTheWay(const std::filesystem::path& state_dir,
                const std::filesystem::path& path,
                gid_t group);

}  // namespace orch

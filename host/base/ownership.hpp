#pragma once

#include <sys/types.h>

#include <filesystem>

namespace orch {

/// Gives `folder` (or file) to a user, with all below it or only with the folders below it.
/// Symbolic links are given, not followed. Throws Error.
enum class Give { kAll, kFolders };
void giveTo(const std::filesystem::path& folder, uid_t user, gid_t group, Give what);

/// Lets every user pass through `folder`, not list it. Throws Error.
void letPass(const std::filesystem::path& folder);

}  // namespace orch

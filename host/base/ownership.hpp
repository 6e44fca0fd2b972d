#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace orch {

/// Gives `folder` (or file) to a user, with all below it. Symbolic links are given, not followed.
/// What is not that user's yet and has a second name (a hard link), or is a device, is left as it
/// is and counted. Throws Error.
struct Given {
    std::uint64_t left = 0;
    std::string first_left;  ///< its name, for people
};
Given giveTo(const std::filesystem::path& folder, uid_t user, gid_t group);

/// Lets members of `group` pass through `folder`, not list it, and no other user do anything with
/// it. Throws Error.
void letPass(const std::filesystem::path& folder, gid_t group);

}  // namespace orch

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace orch {

/// Is it a regular file that we may execute?
[[nodiscard]] bool isProgram(const std::filesystem::path& file);

/// The first program of this name in the folders of `search_path` (as in PATH; an empty folder is
/// the current one). Nothing for a name with a slash, which is not searched for.
[[nodiscard]] std::optional<std::filesystem::path> findProgram(const std::string& name,
                                                               const std::string& search_path);

/// The same folders, those last in which `user` could put a program, or could replace one of the
/// folders on the way: an agent of the same user cannot have put anything into the others. For
/// root, who can write everywhere, unchanged.
[[nodiscard]] std::string installedFirst(const std::string& search_path, uid_t user);

}  // namespace orch

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

/// Of these folders the absolute ones in which nobody but root can put or replace a program, nor
/// change the way to them: an agent that runs as `user` cannot have put anything there. For root,
/// who can write everywhere: those that no other user can change (trustOf).
[[nodiscard]] std::string trustedFolders(const std::string& search_path, uid_t user);

/// Of these folders the absolute ones that nobody besides root and this process's user can change
/// (trustOf).
[[nodiscard]] std::string foldersNobodyElseChanges(const std::string& search_path);

/// Where a program that is named as for exec is found: by its name in `search_path`, or by the path
/// it has, when that is absolute. Absolute. Nothing when it is not there.
[[nodiscard]] std::optional<std::filesystem::path> whereIs(const std::string& program,
                                                           const std::string& search_path);

/// When a program of this name is in `search_path` but in none of its trusted folders: a sentence
/// that says where it is and what to do.
[[nodiscard]] std::optional<std::string> untrustedProgram(const std::string& name,
                                                          const std::string& search_path,
                                                          uid_t user);

}  // namespace orch

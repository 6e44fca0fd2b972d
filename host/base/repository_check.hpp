#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/git.hpp"

namespace orch {

/// git on what an operator calls a repository: a folder with .git in it, or a bare repository.
[[nodiscard]] Git gitOf(const std::filesystem::path& repository);

/// Where it keeps branches and objects: elsewhere for a submodule and a linked worktree, whose .git
/// is a file. Throws RemoteError when that file leads nowhere.
[[nodiscard]] std::filesystem::path gitFolderOf(const std::filesystem::path& repository);

/// Where git-lfs keeps what belongs to it, for such a folder: "lfs" in it, or what lfs.storage
/// says. There may be nothing.
[[nodiscard]] std::filesystem::path lfsFolderOf(const std::filesystem::path& git_folder);

/// Throws RemoteError unless git is there and has `merge-tree --write-tree` (2.38).
void requireUsableGit();

/// Throws RemoteError unless git accepts `name` for a branch and no command takes it for an option.
void requireBranchName(const std::string& name);

/// Throws RemoteError with a sentence that says what to do when every user of this machine can
/// change what git runs or believes in `repository`: its folder, its settings, hooks, branches or
/// objects. Another owner or a group may: repositories are shared. Takes a git command.
void requireNotEverybodys(const std::filesystem::path& repository);

/// Throws RemoteError with a sentence that says what to do unless `repository` is one that orchd
/// can read and push to, is not everybody's to change, and has the branch `base`.
void requireUsableRepository(const std::filesystem::path& repository, const std::string& base);

/// Why a push to `base` would be refused although nothing in the checkout is changed: the branch is
/// checked out in a submodule, or where .git is a file. A sentence that ends with ": git -C …",
/// the command that helps; nothing when all is well. For a repository that is usable.
[[nodiscard]] std::optional<std::string> checkoutTrouble(const std::filesystem::path& repository,
                                                         const std::string& base);

/// "sha1" or "sha256".
[[nodiscard]] std::string objectFormatOf(const std::filesystem::path& repository);

}  // namespace orch

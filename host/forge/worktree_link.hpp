#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orch {

/// What is in a folder that should be a worktree of a mirror.
enum class WorktreeFound {
    kNothing,   ///< no such folder, or an empty one
    kWhole,     ///< linked, both ways
    kHalfMade,  ///< `git worktree add` was killed: nobody has worked here
    kTorn,      ///< files without a working link
    kForeign,   ///< a file, a symbolic link, or somebody else's repository
};

/// The two-way link between a worktree and the repository it hangs off: the folder's file ".git"
/// and the repository's worktrees/<id>/ (gitrepository-layout(5)).
class WorktreeLink {
public:
    WorktreeLink(std::filesystem::path mirror, std::filesystem::path folder);

    [[nodiscard]] WorktreeFound look() const;
    /// The repository's side; empty unless the folder leads there.
    [[nodiscard]] std::filesystem::path adminFolder() const;
    /// Writes both sides anew for a folder with files, on `branch`; the files are not touched.
    void restore(const std::string& branch) const;
    /// Removes the folder and the repository's side of it.
    void remove() const;

private:
    [[nodiscard]] std::filesystem::path linkedAdmin() const;
    [[nodiscard]] bool isAdmin(const std::filesystem::path& admin) const;
    [[nodiscard]] std::filesystem::path ownAdmin() const;
    void removeAdmin() const;

    std::filesystem::path mirror_;
    std::filesystem::path folder_;
};

/// remove_all that also gets rid of folders somebody made read-only. Symbolic links are removed,
/// not followed. Throws RemoteError naming what stays.
void removeTree(const std::filesystem::path& folder);

}  // namespace orch

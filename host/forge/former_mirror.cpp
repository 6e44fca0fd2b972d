#include "forge/former_mirror.hpp"

#include "base/untrusted.hpp"

namespace orch {

namespace fs = std::filesystem;

fs::path FormerMirror::gitFolderOf(const fs::path& worktree) const {
    const auto git = folder_ / "worktrees" / worktree.filename();
    std::error_code unknown;
    return fs::is_directory(fs::symlink_status(git, unknown)) ? git : fs::path{};
}

/// As `git worktree add` says while it is at it (gitrepository-layout(5)).
bool FormerMirror::isHalfMade(const fs::path& worktree) const {
    const auto below = fs::path{"worktrees"} / worktree.filename() / "locked";
    return readUntrusted(folder_, below, 64).text.value_or("").starts_with("initializing");
}

bool FormerMirror::began(const std::string& branch) const {
    return isUntrustedFile(folder_, fs::path{"logs/refs/heads"} / branch);
}

}  // namespace orch

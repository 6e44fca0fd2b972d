#pragma once

#include <filesystem>
#include <string>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"
#include "forge/own_view.hpp"

namespace orch {

/// The worktrees that hang off a mirror. Each call may be repeated after having been killed
/// anywhere: it heals what is there. Nobody works in the folder meanwhile. Throws RemoteError.
class Worktrees {
public:
    explicit Worktrees(const GitMirror& mirror) : mirror_(mirror) {}

    /// A worktree of `branch`, which begins at the base's tip when it is new. Files, commits and
    /// uncommitted changes that are there stay.
    void open(const std::filesystem::path& folder, const std::string& branch) const;
    /// A clean worktree of `commit`, on no branch; what was there before is gone.
    void openDetached(const std::filesystem::path& folder, const std::string& commit) const;
    void close(const std::filesystem::path& folder) const;
    /// Forge::pathsFor
    [[nodiscard]] std::vector<PathRule> pathsFor(const std::filesystem::path& folder,
                                                 const std::string& branch) const;
    [[nodiscard]] WorkState state(const std::filesystem::path& folder,
                                  const std::string& branch) const;

private:
    void requireFolder(const std::filesystem::path& folder) const;
    void ensureBranch(const std::string& branch) const;
    void add(const std::filesystem::path& folder, const Git::Arguments& what) const;
    void heal(const std::filesystem::path& folder, const std::string& branch) const;
    void fillIn(const std::filesystem::path& folder) const;
    [[nodiscard]] bool reuse(const std::filesystem::path& folder, const std::string& commit) const;
    [[nodiscard]] OwnView viewIn(const std::filesystem::path& folder) const;
    [[nodiscard]] std::filesystem::path adminIn(const std::filesystem::path& folder) const;
    [[nodiscard]] Git gitIn(const std::filesystem::path& folder) const;

    const GitMirror& mirror_;
};

}  // namespace orch

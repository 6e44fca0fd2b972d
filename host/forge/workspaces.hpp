#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/forge.hpp"
#include "forge/agent_git.hpp"
#include "forge/former_mirror.hpp"
#include "forge/git_mirror.hpp"
#include "forge/hung_repositories.hpp"
#include "forge/task_repository.hpp"

namespace orch {

/// The folders in which agents, checks and deploys work, each with a repository of its own
/// (forge/task_repository.hpp), and the way of their commits into the mirror. Each call may be
/// repeated after having been killed anywhere: it heals what is there. Nobody works in the folder
/// meanwhile. One call at a time. Throws RemoteError.
class Workspaces {
public:
    /// `former`: where a FormerMirror may be.
    Workspaces(const GitMirror& mirror, AgentAccess access, std::filesystem::path former)
        : mirror_(mirror), access_(std::move(access)), former_(std::move(former)) {}

    /// Forge::openWorktree, openCommit, closeWorktree, workState
    std::string open(const std::filesystem::path& folder, const std::string& branch);
    void openCommit(const std::filesystem::path& folder,
                    const std::string& commit,
                    const std::string& branch,
                    OpenFor whom) const;
    void close(const std::filesystem::path& folder);
    [[nodiscard]] WorkState state(const std::filesystem::path& folder, const std::string& branch);

private:
    /// What is in a folder that should be a worktree.
    enum class Found {
        kNothing,   ///< no such folder, or an empty one
        kWhole,     ///< made by orchd, with a folder .git
        kHalfMade,  ///< making or removing it was killed: nobody works here
        kTorn,      ///< made by orchd, without a folder .git
        kFormer,    ///< a worktree of the former mirror
        kForeign,   ///< a file, a symbolic link, or not made by orchd
    };
    [[nodiscard]] Found look(const std::filesystem::path& folder) const;
    /// Kept where no agent writes, and where it outlives the mirror: "making" until the folder is
    /// whole, then "made".
    [[nodiscard]] std::filesystem::path markOf(const std::filesystem::path& folder) const;
    void mark(const std::filesystem::path& folder, const std::string& word) const;

    void requireFolder(const std::filesystem::path& folder) const;
    [[nodiscard]] std::string headOrBegin(const std::filesystem::path& folder,
                                          const std::string& branch) const;
    /// The branch as the former mirror has it, when it began there.
    [[nodiscard]] std::optional<std::string> bringFromFormer(const std::filesystem::path& folder,
                                                             const std::string& branch) const;
    void make(const std::filesystem::path& folder,
              const std::string& head,
              const std::string& branch,
              OpenFor whom) const;
    /// ".git" anew around the files that are there.
    void restore(const std::filesystem::path& folder,
                 const std::string& head,
                 const std::string& branch,
                 TaskRepository::Missing missing) const;
    void reopen(const std::filesystem::path& folder, const std::string& branch);
    void provide(const std::string& head) const;
    void setAside(const std::filesystem::path& folder) const;
    void remove(const std::filesystem::path& folder) const;

    void takeIn(const std::filesystem::path& folder,
                const TaskRepository& from,
                const std::string& branch,
                WorkState& state);
    void takeInFormer(const std::filesystem::path& folder,
                      const std::string& branch,
                      WorkState& state);
    void bring(const AgentGit& from,
               const std::string& branch,
               const std::string& tip,
               WorkState& state) const;
    void addLinks(const std::filesystem::path& folder, Found found, WorkState& state);

    void requireOwn(const std::string& branch, const std::string& tip) const;

    const GitMirror& mirror_;
    AgentAccess access_;
    HungRepositories hung_;
    FormerMirror former_;
    std::map<std::string, bool> reachable_;  ///< submodule commits that were asked for, by name
};

/// remove_all that also gets rid of folders somebody made read-only. Symbolic links are removed,
/// not followed. Throws RemoteError naming what stays.
void removeTree(const std::filesystem::path& folder);

}  // namespace orch

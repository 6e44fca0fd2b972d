#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "forge/agent_git.hpp"
#include "forge/git_mirror.hpp"
#include "forge/status_text.hpp"

namespace orch {

/// The repository of a worktree: <folder>/.git, a folder with refs, settings and objects of its
/// own that borrows the mirror's objects. Once somebody worked there, everything in it is his word:
/// it is only ever read and changed by AgentGit.
class TaskRepository {
public:
    TaskRepository(const GitMirror& mirror,
                   const AgentAccess& access,
                   const std::filesystem::path& folder)
        : TaskRepository(mirror, access, folder, folder / ".git") {}
    /// One of before, whose git folder is elsewhere: to be looked at alone.
    TaskRepository(const GitMirror& mirror,
                   const AgentAccess& access,
                   const std::filesystem::path& folder,
                   const std::filesystem::path& git_dir)
        : mirror_(mirror), access_(access), folder_(folder), git_(access, folder, git_dir) {}

    /// Makes ".git" anew at `head`, with the base under its own name and as origin's. `branch`:
    /// what HEAD is on; empty: none. What was ".git" must be gone.
    void make(const std::string& head, const std::string& branch) const;
    /// Fills the folder with HEAD's files, or, with files there already, only takes them as they
    /// are: what differs shows as changed.
    void checkOut() const;
    enum class Missing { kComeBack, kStayAway };  ///< files of HEAD that are not there
    void adoptFiles(Missing missing) const;

    /// For somebody who comes back to it: no lock of a dead git's, the base as it is now, HEAD on
    /// `branch` again where nothing can get lost.
    void renew(const std::string& branch, const TreeStatus& seen) const;

    /// Throws RemoteError with git's sentence when it is no repository any more.
    [[nodiscard]] TreeStatus status() const;
    /// Where `branch` is; throws RemoteError.
    [[nodiscard]] std::string tipOf(const std::string& branch) const;
    [[nodiscard]] const AgentGit& git() const { return git_; }

private:
    [[nodiscard]] std::string settings() const;
    void removeLocks(const std::string& branch) const;
    void run(const std::string& tried, const Git::Arguments& arguments) const;

    const GitMirror& mirror_;
    const AgentAccess& access_;
    const std::filesystem::path& folder_;
    AgentGit git_;
};

}  // namespace orch

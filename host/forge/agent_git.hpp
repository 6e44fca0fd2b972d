#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/files.hpp"
#include "base/git.hpp"
#include "core/confinement.hpp"

namespace orch {

/// How orchd works on what agents wrote.
struct AgentAccess {
    /// run() for a command that is confined as an agent in `folder` is, as its user. Empty: run()
    /// itself.
    std::function<RunResult(const std::filesystem::path& folder, const RunSpec& command)> run;
    std::optional<UserIds> user;  ///< whose the worktrees are; nothing: orchd's own user
};

/// git in a repository that an agent wrote. Its settings and filters may run anything, so all of it
/// runs confined as the agent was. Settings outside of that repository are orchd's own: others
/// could have written the user's. Whatever it answers is a claim of the agent's.
class AgentGit {
public:
    /// Longer than an honest command takes, and short: others wait meanwhile.
    static constexpr std::chrono::milliseconds kTimeout{std::chrono::minutes{1}};

    /// `access` must outlive this. `git_dir`: <folder>/.git, or a repository elsewhere.
    AgentGit(const AgentAccess& access, std::filesystem::path folder, std::filesystem::path git_dir)
        : access_(access), folder_(std::move(folder)), git_dir_(std::move(git_dir)) {}

    /// Throws RemoteError when git cannot be started, takes too long or writes too much.
    [[nodiscard]] GitAnswer ask(const Git::Arguments& arguments,
                                std::chrono::milliseconds timeout = kTimeout) const;
    /// The same with standard input and output of ours; output of at most `limit` bytes.
    [[nodiscard]] GitAnswer pipe(const Git::Arguments& arguments,
                                 int input,
                                 int output = -1,
                                 std::uint64_t limit = 0) const;

    [[nodiscard]] const std::filesystem::path& gitDir() const { return git_dir_; }

private:
    [[nodiscard]] RunSpec specFor(const Git::Arguments& arguments) const;
    [[nodiscard]] GitAnswer run(const RunSpec& spec, const Git::Arguments& arguments) const;

    const AgentAccess& access_;
    std::filesystem::path folder_, git_dir_;
};

/// A file in memory that holds `text`, to be read from its beginning. Throws RemoteError.
[[nodiscard]] UniqueFd asInput(const std::string& text);

}  // namespace orch

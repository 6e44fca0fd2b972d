#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/run.hpp"

namespace orch {

/// What one git command answered, whatever its exit code.
struct GitAnswer {
    int exit_code{};
    std::string output;
    std::string errors;
    bool cut = false;  ///< of askSome(): it had more to say
    [[nodiscard]] bool ok() const { return exit_code == 0; }
};

/// Runs git on one repository, or on none. The repository is always named, never searched for from
/// the current folder upwards: a worktree that lost its link must not make git find another
/// repository around it. Hooks, prompts, pagers, automatic gc and inherited GIT_* variables are
/// off. Copyable, thread-safe.
class Git {
public:
    using Arguments = std::vector<std::string>;
    static constexpr std::chrono::milliseconds kTimeout{std::chrono::minutes{2}};

    /// Commands that need no repository.
    Git() = default;
    explicit Git(std::filesystem::path git_dir) : git_dir_(std::move(git_dir)) {}
    Git(std::filesystem::path git_dir, std::filesystem::path work_tree)
        : git_dir_(std::move(git_dir)), work_tree_(std::move(work_tree)) {}

    /// The same with `descriptor` (ours, kept by us) handed to every command as its number 3.
    [[nodiscard]] Git handing(int descriptor) const;
    /// The same with `descriptor` (ours, kept by us) as every command's standard input.
    [[nodiscard]] Git reading(int descriptor) const;

    /// For questions where a failing exit code is an answer. Throws RemoteError when git cannot be
    /// started, takes too long or writes more than 16 MB.
    [[nodiscard]] GitAnswer ask(const Arguments& arguments,
                                std::chrono::milliseconds timeout = kTimeout) const;
    /// The same, and of the output no more than its first `limit` bytes (at most 16 MB).
    [[nodiscard]] GitAnswer askSome(const Arguments& arguments,
                                    std::size_t limit,
                                    std::chrono::milliseconds timeout = kTimeout) const;
    /// The output without its last newline. Throws RemoteError "<tried>: git …" unless it succeeds.
    std::string run(const std::string& tried,
                    const Arguments& arguments,
                    std::chrono::milliseconds timeout = kTimeout) const;

private:
    [[nodiscard]] std::filesystem::path workingFolder() const;

    std::filesystem::path git_dir_;
    std::filesystem::path work_tree_;
    int handed_ = -1;
    int input_ = -1;
};

/// Runs a git command that is put together already; `arguments` name it in messages. Throws as
/// Git::ask does. `runner`: run(), or somebody's own way.
[[nodiscard]] GitAnswer runGit(const RunSpec& spec,
                               const Git::Arguments& arguments,
                               const std::function<RunResult(const RunSpec&)>& runner = run);
/// The program, and the folders in which it and what it starts are searched: trustedFolders() of
/// PATH. gitProgram() throws RemoteError when there is no git in them.
struct GitProgram {
    std::string git;
    std::string search_path;
};
[[nodiscard]] GitProgram gitProgram();

/// The lines of what git wrote to its standard output, without their ends.
[[nodiscard]] std::vector<std::string> linesOf(const std::string& output);

/// The first three telling lines of what git wrote to its standard error, as one line.
[[nodiscard]] std::string firstErrors(const std::string& errors);
/// Would the same command perhaps succeed later (a lock, a full disk, a broken connection)?
[[nodiscard]] bool looksTransient(const std::string& errors);
/// The failure as an exception: what was tried, what git said.
[[noreturn]] void throwGitFailure(const std::string& tried,
                                  const Git::Arguments& arguments,
                                  const GitAnswer& answer);

}  // namespace orch

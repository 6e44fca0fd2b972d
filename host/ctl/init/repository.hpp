#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace orch::ctl {

/// The repository that somebody stands in, as far as a configuration has to know it.
struct Repository {
    std::filesystem::path folder;  ///< what `repo.path` names: the main worktree, or a bare one
    std::string base;              ///< the branch that changes go to
    std::string base_from;         ///< why it is this one: "the branch that is checked out"
    bool bare = false;
    bool linked = false;  ///< asked from a worktree that hangs off `folder`
};

/// Finds the repository around `place` and its base branch: the one named by `wanted`, else the
/// remote's HEAD, the current branch, main, master or trunk, the only one. Changes nothing. Throws
/// Error with a sentence that says what to do; what orchd would refuse, in orchd's words.
[[nodiscard]] Repository findRepository(const std::filesystem::path& place,
                                        const std::string& wanted);

/// Would `git add --all` leave `file` out?
[[nodiscard]] bool gitIgnores(const Repository& repository, const std::filesystem::path& file);

/// The files of a branch's tip, read from git: what a clean worktree of it holds.
class BaseTree {
public:
    explicit BaseTree(const Repository& repository);
    /// Is there an entry of this name at the top?
    [[nodiscard]] bool has(const std::string& name) const { return names_.contains(name); }
    /// The text of the file `name` ("a/b" as well), "" when it is not there or is no file.
    [[nodiscard]] std::string read(const std::string& name) const;

private:
    std::filesystem::path folder_;
    std::string commit_;
    std::set<std::string> names_;
};

}  // namespace orch::ctl

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/git.hpp"

namespace orch {

/// A folder whose files git lets follow a push to the base branch: the user has it checked out
/// there, or is in the middle of rebasing or bisecting it.
class Checkout {
public:
    /// Looks through the repository and its linked worktrees. Of several, git takes one.
    [[nodiscard]] static std::vector<Checkout> allOf(const std::filesystem::path& repository,
                                                     const std::string& branch);

    /// At most 20 tracked paths with staged or other changes. Reads only.
    [[nodiscard]] std::vector<std::string> changes() const;
    /// Why the files may not go from commit `from`, which the branch is at, to `to`, although git
    /// would let them: a sentence with what helps; empty when they may. `objects` knows both.
    /// Reads only.
    [[nodiscard]] std::string hindrance(const Git& objects,
                                        const std::string& from,
                                        const std::string& to) const;
    /// receive-pack lets the files follow before it moves the branch; when it fails or is killed in
    /// between, the files are `commit`'s and the branch is not. Leads such files back to the
    /// branch. Does nothing unless the index is exactly `commit`, no file differs from it and none
    /// is in the way.
    void leadBackFrom(const std::string& commit) const;

private:
    Checkout(std::filesystem::path folder, bool under_way)
        : folder_(std::move(folder)), under_way_(under_way), git_(folder_ / ".git", folder_) {}

    std::filesystem::path folder_;
    bool under_way_;  ///< a rebase or a bisection
    Git git_;
};

}  // namespace orch

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/git.hpp"

namespace orch {

/// The folder in which the user has the base branch checked out.
class Checkout {
public:
    /// Looks through the repository and its linked worktrees; nothing when no folder is on
    /// `branch`.
    [[nodiscard]] static std::optional<Checkout> of(const std::filesystem::path& repository,
                                                    const std::string& branch);

    /// At most 20 tracked paths with staged or other changes. Reads only.
    [[nodiscard]] std::vector<std::string> changes() const;
    /// receive-pack lets the files follow before it moves the branch; when it fails or is killed in
    /// between, the files are `commit`'s and the branch is not. Leads such files back to the
    /// branch. Does nothing unless the index is exactly `commit` and no file differs from it.
    void leadBackFrom(const std::string& commit) const;

private:
    explicit Checkout(const std::filesystem::path& folder) : git_(folder / ".git", folder) {}
    Git git_;
};

}  // namespace orch

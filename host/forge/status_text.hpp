#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// What `git status --porcelain=v2 --branch -z --no-renames` says (git-status(1)).
struct TreeStatus {
    std::string head;                ///< a sha; empty on a branch without a commit
    std::string branch;              ///< empty when HEAD is on none
    std::vector<std::string> dirty;  ///< at most 20 paths, valid UTF-8
};

/// Nothing when `text` is not what git writes.
[[nodiscard]] std::optional<TreeStatus> parseStatus(std::string_view text);

}  // namespace orch

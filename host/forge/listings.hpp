#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// What git lists with -z about commits that an agent made: the names in it are the agent's. Of a
/// listing that ends within an entry, the whole entries are read.

/// A path at which a commit points at a commit of another repository (a submodule; also what
/// `git add` makes of a repository that lies in the worktree).
struct NestedLink {
    std::string path;  ///< valid UTF-8
    std::string commit;
    std::string url;  ///< by .gitmodules, made absolute; empty: nothing says where it is from
};

/// The new sides of `git diff --raw -z --no-abbrev` that are such links; at most 20, without url.
[[nodiscard]] std::vector<NestedLink> linksIn(std::string_view raw);

/// url by path of `git config -z --get-regexp ^submodule\.`
[[nodiscard]] std::map<std::string, std::string> urlsIn(std::string_view listing);

/// The paths of `git merge-tree -z --name-only` in conflict; at least one, at most 20, valid UTF-8.
[[nodiscard]] std::vector<std::string> conflictsIn(std::string_view output);

}  // namespace orch

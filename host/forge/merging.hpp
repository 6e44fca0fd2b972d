#pragma once

#include <string>

#include "core/forge.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// What merging head into base would give (git merge-tree); no worktree, nothing changed.
[[nodiscard]] MergePreview previewMerge(const GitMirror& mirror,
                                        const std::string& base,
                                        const std::string& head);

/// A merge commit of `tree` with base as its first and head as its second parent; no ref moves.
[[nodiscard]] std::string commitMerge(const GitMirror& mirror,
                                      const MergePreview& merge,
                                      const std::string& base,
                                      const std::string& head,
                                      const std::string& message);

/// Subject and trailers by which the merge is recognised later (forge/landed.hpp), with the token
/// that it was made under.
[[nodiscard]] std::string mergeMessage(const LandRequest& request, const LeaseProof& proof);

}  // namespace orch

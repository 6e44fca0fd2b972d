#pragma once

#include <optional>
#include <string>

#include "core/landing.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// Looks for `head` in the history of `tip`: by ancestry, or by the trailers Orch-Task and
/// Orch-Head of a commit on the first-parent line (a squash or a rebase of what was merged). A
/// commit whose message says "This reverts commit <sha>" takes it away, unless that was itself
/// reverted.
[[nodiscard]] std::optional<OnBase> findOnBase(const GitMirror& mirror,
                                               const std::string& tip,
                                               const std::string& task,
                                               const std::string& head);

/// The commit of `tip` that takes `commit` away, by the same rule; `tip` contains `commit`.
[[nodiscard]] std::optional<std::string> revertOf(const GitMirror& mirror,
                                                  const std::string& tip,
                                                  const std::string& commit);

}  // namespace orch

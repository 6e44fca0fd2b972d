#pragma once

#include <optional>
#include <string>

#include "forge/git_mirror.hpp"

namespace orch {

/// How a task's head came onto the base branch.
struct OnBase {
    std::string commit;                      ///< on the base's first-parent line
    std::optional<std::string> reverted_by;  ///< set: the content is not there any more
};

/// Looks for `head` in the history of `tip`: by ancestry, or by the trailers Orch-Task and
/// Orch-Head of a commit on the first-parent line (a squash or a rebase of what was merged). A
/// commit whose message says "This reverts commit <sha>" takes it away, unless that was itself
/// reverted.
[[nodiscard]] std::optional<OnBase> findOnBase(const GitMirror& mirror,
                                               const std::string& tip,
                                               const std::string& task,
                                               const std::string& head);

}  // namespace orch

#pragma once

#include <optional>
#include <string>

#include "core/gates.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Artefacts lie in <state_dir>/tasks/<task>/, outside the worktree. When an attempt ends its
/// artefact is copied to <state_dir>/snapshots/<task>/<sha256>, so that what gates and approvals
/// name cannot change afterwards.

/// Copies the task's artefact of that name aside and answers its hash; empty when there is none, it
/// is no ordinary file or larger than 1 MB. Throws Error when the copy cannot be written.
[[nodiscard]] std::string snapshotArtefact(const Setup& setup,
                                           TaskId task,
                                           const std::string& artefact);

/// Why there is no snapshot of the task's artefact, as far as a look at it tells now:
/// "03-review.json is a symbolic link".
[[nodiscard]] std::string artefactTrouble(const Setup& setup,
                                          TaskId task,
                                          const std::string& artefact);

/// The snapshot of that hash; nothing when it is gone or its bytes do not match the hash.
[[nodiscard]] std::optional<Artefact> readSnapshot(const Setup& setup,
                                                   TaskId task,
                                                   const std::string& hash);

/// What orchd left beside them, no snapshot: the log of the task's last deploy. As it stands.
[[nodiscard]] std::optional<Artefact> readDeployLog(const Setup& setup, TaskId task);

}  // namespace orch

#pragma once

#include <string>

#include "core/job.hpp"
#include "core/task.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

// Changes of a task that several callers make inside their own transaction.

/// What a stage runs first when it is entered; nothing when its gates only wait.
[[nodiscard]] std::optional<WorkKind> firstWork(const StageDef& stage);

/// Enqueues work for the task's stage, at most one live job a task: a second call answers the first
/// one's job (S3).
void enqueueWork(Tx& tx, const Setup& setup, const Task& task, WorkKind kind);

/// After the command of a deploy ended, whatever its outcome: enqueues what records how.
void enqueueFinalizer(Tx& tx, const Job& command);
/// Enqueues the command of the same deploy once more, for `run_at`.
void enqueueDeployAgain(Tx& tx, const Job& command, Instant run_at);

/// Moves the task into a stage (a new visit), or to "done", and enqueues the stage's first work, in
/// one go; false when the task's version is no longer task.version and nothing was changed.
bool enterStage(Tx& tx, const Setup& setup, Task task, const std::string& stage);

/// Parks the task with a reason and one notification; false as above.
bool parkTask(Tx& tx, Task task, const std::string& reason);

}  // namespace orch

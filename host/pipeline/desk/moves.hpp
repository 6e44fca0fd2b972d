#pragma once

#include <string>

#include "core/task.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

// How a person's order moves a task, inside the order's transaction. Each that writes throws
// Refused when the task changed meanwhile.

void saveTask(Tx& tx, const Task& task);
/// A person moved it: active again, and the brakes start afresh. Writes nothing.
void releaseTask(Task& task);
void moveToStage(Tx& tx, const Setup& setup, const Task& task, const std::string& stage);
/// Begins the stage anew with fresh budgets.
void restartStage(Tx& tx, const Setup& setup, Task& task);

}  // namespace orch

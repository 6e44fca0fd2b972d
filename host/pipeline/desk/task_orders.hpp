#pragma once

#include <functional>
#include <string>

#include "core/task.hpp"
#include "core/verdict.hpp"
#include "pipeline/engine.hpp"
#include "store/store.hpp"

namespace orch {

struct TaskOrder {
    std::string verb, by, text;
    Evidence evidence;  ///< for the journal, besides the stage
};

/// How any order about one task is carried out. Thread-safe; what it is given must outlive it.
class TaskOrders {
public:
    TaskOrders(Store& store, Engine& engine) : store_(store), engine_(engine) {}

    /// Runs `change(tx, task)` on the task's row in one transaction with its journal row, then
    /// wakes the engine. Throws Refused when there is no such task, and what `change` throws.
    void carryOut(TaskId task,
                  const TaskOrder& order,
                  const std::function<void(Tx&, Task&)>& change) const;

private:
    Store& store_;
    Engine& engine_;
};

}  // namespace orch

#pragma once

#include "pipeline/desk/task_orders.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Orders about the verdict a task stands at: approve, reject, override. Throws Refused;
/// thread-safe; what it is given must outlive it.
class VerdictOrders {
public:
    VerdictOrders(const TaskOrders& orders, const Setup& setup) : orders_(orders), setup_(setup) {}

    /// Approves or rejects what the task's human gate shows now.
    void answer(TaskId task, const TaskOrder& order, bool approve) const;
    /// Of the red gate the task stands at, or of its commit's quarantine.
    void overrule(TaskId task, const TaskOrder& order) const;

private:
    const TaskOrders& orders_;
    const Setup& setup_;
};

}  // namespace orch

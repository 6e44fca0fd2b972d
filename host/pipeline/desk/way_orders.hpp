#pragma once

#include <string>

#include "pipeline/desk/task_orders.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Orders about a task's way through the pipeline, as Operator tells. Throws Refused; thread-safe;
/// what it is given must outlive it.
class WayOrders {
public:
    WayOrders(const TaskOrders& orders, const Setup& setup) : orders_(orders), setup_(setup) {}

    void rework(TaskId task, const std::string& by, const std::string& text) const;
    void retry(TaskId task, const std::string& by) const;
    void pause(TaskId task, const std::string& by, const std::string& why) const;
    void resume(TaskId task, const std::string& by) const;

private:
    /// The task's stage; refuses when the pipeline has it no more.
    [[nodiscard]] const StageDef& stageOf(const Task& task) const;

    const TaskOrders& orders_;
    const Setup& setup_;
};

}  // namespace orch

#pragma once

#include <string>

#include "core/launcher.hpp"
#include "pipeline/desk/task_orders.hpp"

namespace orch {

/// Orders that end work before it is over: of a whole task, or one job of it. What runs is told to
/// end once that is committed. Throws Refused; thread-safe; what it is given must outlive it.
class CancelOrders {
public:
    CancelOrders(const TaskOrders& orders, Store& store, Engine& engine, Launcher& launcher)
        : orders_(orders), store_(store), engine_(engine), launcher_(launcher) {}

    void cancel(TaskId task, const std::string& by, const std::string& why) const;
    void cancelJob(JobId job, const std::string& by) const;

private:
    const TaskOrders& orders_;
    Store& store_;
    Engine& engine_;
    Launcher& launcher_;
};

}  // namespace orch

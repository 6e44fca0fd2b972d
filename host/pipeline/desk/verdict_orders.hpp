#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/desk/task_orders.hpp"
#include "pipeline/operator.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Orders about the verdict a task stands at: approve, reject, override. Each is about what the
/// person was shown, and is refused (NotAsShown) when something else stands there. Throws Refused;
/// thread-safe; what it is given must outlive it.
class VerdictOrders {
public:
    VerdictOrders(const TaskOrders& orders, Store& store, Engine& engine, const Setup& setup)
        : orders_(orders), store_(store), engine_(engine), setup_(setup) {}

    /// Approves or rejects what the task's human gate shows now.
    void answer(TaskId task, const Answer& answer, bool approve) const;
    /// Of the red gate the task stands at, or of its commit's quarantine.
    void overrule(TaskId task, const Answer& answer) const;

private:
    /// What a person may answer to, and when that was so.
    struct Seen {
        int visit = 0;
        std::string artefact_hash;
        std::vector<Standing> standing;
    };
    [[nodiscard]] Seen see(TaskId task) const;

    const TaskOrders& orders_;
    Store& store_;
    Engine& engine_;
    const Setup& setup_;
};

}  // namespace orch

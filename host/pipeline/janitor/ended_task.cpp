#include "pipeline/janitor/ended_task.hpp"

#include "base/error.hpp"
#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch {

std::optional<Task> endedTask(Store& store, TaskId id) {
    return store.read([&](Connection& db) -> std::optional<Task> {
        auto task = findTask(db, id);
        if (!task) throw Error("there is no task " + name(id));
        const bool quiet = isOver(task->state) && !task->blocked_by && !liveJobOf(db, id);
        return quiet ? task : std::nullopt;
    });
}

}  // namespace orch

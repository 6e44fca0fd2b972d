#include "store/tasks.hpp"

#include "core/names.hpp"
#include "plugin/services/method.hpp"
#include "store/store.hpp"

namespace orch {
namespace {

constexpr std::size_t kNameBytes = 200;
constexpr int kMost = 1000;

TaskFilter filterOf(const CallRequest& request) {
    TaskFilter filter{request.maybeText("project", kNameBytes),
                      request.maybeText("stage", kNameBytes),
                      request.maybeText("state", kNameBytes),
                      static_cast<int>(request.maybeWhole("limit", 1, kMost).value_or(500))};
    if (!filter.state.empty() && !fromName<TaskState>(filter.state)) {
        request.refuse("state must be active, paused, parked, done or cancelled");
    }
    return filter;
}

Json encode(const Task& task, Instant now, bool has_job) {
    return {{"id", name(task.id)},
            {"project", task.project},
            {"title", task.title},
            {"stage", task.stage},
            {"state", nameOf(task.state)},
            {"reason", task.reason},
            {"stage_age_ms", (now - task.stage_since).count()},
            {"has_job", has_job}};
}

}  // namespace

Json listTasksFor(const Call& call) {
    const auto filter = filterOf(call.request);
    const auto now = call.world.store.clock().now().at;
    return call.world.store.read([&](Connection& db) {
        Json tasks = Json::array();
        for (const auto& task : listTasks(db, filter)) {
            tasks.push_back(encode(task, now, hasLiveJob(db, task.id)));
        }
        return Json{{"tasks", std::move(tasks)}};
    });
}

}  // namespace orch

#include "core/names.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"

namespace orch {

Json taskJson(const Task& task, const Now& now, const Json& live_job) {
    Json edges = Json::object();
    for (const auto& [edge, times] : task.progress.edges) edges[edge] = times;
    return {{"id", name(task.id)},
            {"project", task.project},
            {"title", task.title},
            {"description", task.description},
            {"stage", task.stage},
            {"state", nameOf(task.state)},
            {"reason", task.reason},
            {"version", task.version},
            {"visit", task.visit},
            {"feedback", task.feedback},
            {"merge_commit", task.merge_sha},
            {"deployed_version", task.deployed_version},
            {"branch", task.branch()},
            {"rework", {{"total", task.progress.total}, {"edges", edges}}},
            {"created_at", timeJson(task.created_at, now)},
            {"stage_since", timeJson(task.stage_since, now)},
            {"changed_at", timeJson(task.changed_at, now)},
            {"job", live_job}};
}

}  // namespace orch

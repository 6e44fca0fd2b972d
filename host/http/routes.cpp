#include "http/routes.hpp"

#include "http/resources.hpp"

namespace orch {

const std::vector<Route>& routes() {
    using enum Access;
    static const std::vector<Route> table{
        {"GET", "/", kRead, getHome, {}},
        {"GET", "/healthz", kAnybody, getHealth, {}},
        {"GET", "/readyz", kAnybody, getReadiness, {}},
        {"GET", "/api/v1/challenge", kAnybody, nullptr, {"nonce"}},
        {"GET", "/queue", kRead, getQueue, {}},
        {"POST", "/api/v1/queue/pause", kChange, postQueuePause, {}},
        {"POST", "/api/v1/queue/resume", kChange, postQueueResume, {}},
        {"GET", "/api/v1/tasks", kRead, getTasks, {"project", "stage", "state", "limit"}},
        {"POST", "/api/v1/tasks", kChange, postTask, {}},
        {"GET", "/api/v1/tasks/{}", kRead, getTask, {}},
        {"GET", "/api/v1/tasks/{}/explain", kRead, getExplanation, {}},
        {"POST", "/api/v1/tasks/{}/approve", kChange, postApprove, {}},
        {"POST", "/api/v1/tasks/{}/reject", kChange, postReject, {}},
        {"POST", "/api/v1/tasks/{}/rework", kChange, postRework, {}},
        {"POST", "/api/v1/tasks/{}/override", kChange, postOverride, {}},
        {"POST", "/api/v1/tasks/{}/pause", kChange, postPause, {}},
        {"POST", "/api/v1/tasks/{}/resume", kChange, postResume, {}},
        {"POST", "/api/v1/tasks/{}/retry", kChange, postRetry, {}},
        {"POST", "/api/v1/tasks/{}/cancel", kChange, postCancel, {}},
        {"GET", "/api/v1/jobs", kRead, getJobs, {"task", "limit"}},
        {"GET", "/api/v1/jobs/{}", kRead, getJob, {}},
        {"GET", "/api/v1/jobs/{}/log", kRead, getLog, {"attempt", "follow"}},
        {"POST", "/api/v1/jobs/{}/cancel", kChange, postJobCancel, {}},
        {"POST", "/api/v1/backup", kChange, postBackup, {}},
        {"GET", "/api/v1/plugins", kRead, getPlugins, {}},
        {"GET", "/api/v1/plugins/{}", kRead, getPlugin, {}},
        {"POST", "/api/v1/plugins/{}/enable", kChange, postPluginEnable, {}},
        {"POST", "/api/v1/plugins/{}/disable", kChange, postPluginDisable, {}},
        {"GET", "/api/v1/projects", kRead, getProjects, {}},
        {"POST", "/api/v1/projects/{}/retry", kChange, postProjectRetry, {}},
        {"GET", "/api/v1/journal", kRead, getJournal, {"subject", "actor", "after", "limit"}},
        {"GET", "/api/v1/config", kRead, getConfig, {}},
    };
    return table;
}

bool matches(std::string_view pattern, std::string_view path, std::string& id) {
    const auto hole = pattern.find("{}");
    if (hole == std::string_view::npos) return pattern == path;
    const auto before = pattern.substr(0, hole);
    const auto after = pattern.substr(hole + 2);
    if (path.size() <= before.size() + after.size()) return false;
    if (!path.starts_with(before) || !path.ends_with(after)) return false;
    const auto middle = path.substr(before.size(), path.size() - before.size() - after.size());
    if (middle.find('/') != std::string_view::npos) return false;
    id = middle;
    return true;
}

}  // namespace orch

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
        {"GET", "/api/v1/tasks/{}/diff", kRead, getDiff, {}},
        {"GET", "/api/v1/tasks/{}/artefacts/{}", kRead, getArtefact, {}},
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

std::optional<std::vector<std::string>> matches(std::string_view pattern, std::string_view path) {
    constexpr std::string_view kHole = "{}";
    std::vector<std::string> found;
    while (true) {
        const auto hole = pattern.find(kHole);
        const auto before = pattern.substr(0, hole);
        if (!path.starts_with(before)) return std::nullopt;
        path.remove_prefix(before.size());
        if (hole == std::string_view::npos) break;
        pattern.remove_prefix(hole + kHole.size());
        const auto middle = path.substr(0, path.find('/'));
        if (middle.empty()) return std::nullopt;
        found.emplace_back(middle);
        path.remove_prefix(middle.size());
    }
    if (!path.empty()) return std::nullopt;
    return found;
}

}  // namespace orch

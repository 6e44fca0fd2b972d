#include <algorithm>

#include "http/encode.hpp"
#include "http/json.hpp"
#include "http/lookup.hpp"
#include "http/orders.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"
#include "http/target.hpp"
#include "store/jobs.hpp"

namespace orch {
namespace {

/// What runs, then what waits, then what ended lately: `limit` in all.
std::vector<Job> allJobs(Connection& db, int limit) {
    auto jobs = runningJobs(db);
    for (auto& job : waitingJobs(db, limit)) jobs.push_back(std::move(job));
    for (auto& job : recentJobs(db, limit)) jobs.push_back(std::move(job));
    jobs.resize(std::min(jobs.size(), static_cast<std::size_t>(limit)));
    return jobs;
}

std::vector<Job> findJobs(const Api& api, const std::string& task, int limit) {
    if (task.empty()) return api.store.read([&](Connection& db) { return allJobs(db, limit); });
    const auto id = parseTaskId(task);
    if (!id) throw Rejected(400, "task takes a task's name, T-3");
    return api.store.read([&](Connection& db) { return jobsOfTask(db, *id, limit); });
}

}  // namespace

Reply getJobs(const Api& api, const Request& request) {
    const auto limit = static_cast<int>(numberIn(request, "limit", {1, 500, 50}));
    const auto jobs = findJobs(api, textIn(request, "task"), limit);
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& job : jobs)
        list.push_back(jobJson(withWaiting(api, job), now, isAdopted(api, job)));
    return jsonReply({{"jobs", list}});
}

Reply getJob(const Api& api, const Request& request) {
    const auto id = jobIdIn(request);
    const auto now = api.clock.now();
    return jsonReply(api.store.read([&](Connection& db) {
        const auto job = jobOrThrow(db, id);
        Json shown = jobJson(withWaiting(api, job), now, isAdopted(api, job));
        shown["attempts"] = Json::array();
        for (const auto& attempt : attemptsOf(db, id)) {
            shown["attempts"].push_back(attemptJson(attempt, now));
        }
        return shown;
    }));
}

Reply postJobCancel(const Api& api, const Request& request) {
    const auto id = jobIdIn(request);
    const auto order = readOrder(request, Need::kOptional);
    api.store.read([&](Connection& db) { return jobOrThrow(db, id); });
    api.orders.cancelJob(id, order.by);
    return getJob(api, request);
}

}  // namespace orch

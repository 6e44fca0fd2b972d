#include <algorithm>

#include "core/names.hpp"
#include "core/queue_document.hpp"
#include "http/encode.hpp"
#include "http/encode_plugin.hpp"
#include "http/fields.hpp"
#include "http/json.hpp"
#include "http/lookup.hpp"
#include "http/orders.hpp"
#include "http/resources.hpp"
#include "store/jobs.hpp"
#include "store/red_bases.hpp"

namespace orch {
namespace {

constexpr int kRecent = 20;

struct QueueState {
    std::array<std::int64_t, 8> counts{};
    bool paused = false;
    std::vector<Job> running, recent;
    std::vector<RedBase> red_bases;
};

QueueState readQueue(const Api& api) {
    return api.store.read([&](Connection& db) {
        return QueueState{countJobs(db),
                          queuePaused(db),
                          runningJobs(db),
                          recentJobs(db, kRecent),
                          redBases(db, api.clock.now().at)};
    });
}

Json countsJson(const std::array<std::int64_t, 8>& counts) {
    Json object = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        object[std::string(nameOf(static_cast<JobStatus>(i)))] = counts.at(i);
    }
    return object;
}

Json jobsJson(const Api& api, const std::vector<Job>& jobs) {
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& job : jobs) list.push_back(jobJson(job, now, isAdopted(api, job)));
    return list;
}

Json diskJson(const DiskReport& disk) {
    Json object{{"min_free", disk.min_free}, {"free", nullptr}, {"reason", disk.reason}};
    if (disk.free) object["free"] = *disk.free;
    return object;
}

Json janitorJson(const JanitorReport& report, const Now& now) {
    Json object{{"last_round", timeJson(report.last_round, now)},
                {"removed",
                 {{"worktrees", report.worktrees},
                  {"folders", report.folders},
                  {"branches", report.branches},
                  {"jobs", report.jobs},
                  {"messages", report.messages}}},
                {"freed", report.freed},
                {"failures", Json::array()},
                {"left_alone", Json::array()}};
    for (const auto& each : report.failures) {
        object["failures"].push_back(
            {{"what", each.what}, {"why", each.why}, {"since", timeJson(each.since, now)}});
    }
    for (const auto& each : report.left_alone) {
        object["left_alone"].push_back({{"what", each.what}, {"why", each.why}});
    }
    return object;
}

Json redBasesJson(const Api& api, const std::vector<RedBase>& reds) {
    const auto now = api.clock.now();
    Json list = Json::array();
    for (const auto& red : reds) {
        const auto branch = api.base_branches.find(red.project);
        list.push_back({{"project", red.project},
                        {"branch", branch == api.base_branches.end() ? "" : branch->second},
                        {"base", red.base},
                        {"since", timeJson(red.since, now)},
                        {"checked", timeJson(red.checked, now)},
                        {"job", raw(red.job)},
                        {"reason", red.reason}});
    }
    return list;
}

Json confinementJson(const Api& api) {
    Json object = Json::object();
    for (const auto& [who, what] : api.confinement) object[who] = what;
    return object;
}

/// A name is given once: orchd's own keys first, then who is loaded, then who was refused.
void addBlocks(Json& queue, const Api& api) {
    const auto now = api.clock.now();
    auto plugins = api.plugins();
    std::ranges::stable_partition(
        plugins, [](const auto& plugin) { return plugin.state != PluginState::kRefused; });
    for (const auto& plugin : plugins) {
        const auto name = blockOf(plugin);
        if (!queue.contains(name)) queue[name] = blockJson(plugin, now);
    }
    for (const auto& [plugin, block] : kBundledBlocks) {
        const std::string name(block);
        if (!queue.contains(name)) queue[name] = {{"enabled", false}};
    }
}

Reply pausedReply(const Api& api) {
    const bool paused = api.store.read([](Connection& db) { return queuePaused(db); });
    return jsonReply({{"paused", paused}});
}

}  // namespace

Reply getQueue(const Api& api, const Request& /*request*/) {
    const QueueState state = readQueue(api);
    Json queue{{"counts", countsJson(state.counts)},
               {"max_concurrency", api.max_concurrency},
               {"paused", state.paused},
               {"disk", diskJson(api.disk())},
               {"janitor", janitorJson(api.janitor(), api.clock.now())},
               {"confinement", confinementJson(api)},
               {"projects", projectsJson(api)},
               {"red_bases", redBasesJson(api, state.red_bases)},
               {"running", jobsJson(api, state.running)},
               {"recent", jobsJson(api, state.recent)}};
    addBlocks(queue, api);
    return jsonReply(queue);
}

Reply postQueuePause(const Api& api, const Request& request) {
    api.orders.pauseQueue(readOrder(request, Need::kOptional).by);
    return pausedReply(api);
}

Reply postQueueResume(const Api& api, const Request& request) {
    api.orders.resumeQueue(readOrder(request, Need::kOptional).by);
    return pausedReply(api);
}

}  // namespace orch

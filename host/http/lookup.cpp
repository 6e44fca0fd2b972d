#include "http/lookup.hpp"

#include <charconv>

#include "base/text.hpp"
#include "http/problem.hpp"
#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch {

TaskId taskIdIn(const Request& request) {
    if (const auto id = parseTaskId(request.id)) return *id;
    throw Rejected(404, "there is no task " + shorten(request.id, 40) + "; tasks are named T-3");
}

JobId jobIdIn(const Request& request) {
    std::int64_t id = 0;
    const auto end = request.id.data() + request.id.size();
    const auto [stop, error] = std::from_chars(request.id.data(), end, id);
    if (error == std::errc{} && stop == end && id > 0) return JobId{id};
    throw Rejected(404, "there is no job " + shorten(request.id, 40) + "; jobs are numbers");
}

Task taskOrThrow(Connection& db, TaskId id) {
    if (auto task = findTask(db, id)) return *task;
    throw Rejected(404, "there is no task " + name(id));
}

Job jobOrThrow(Connection& db, JobId id) {
    if (auto job = findJob(db, id)) return *job;
    throw Rejected(404, "there is no job " + std::to_string(raw(id)));
}

Job withWaiting(const Api& api, Job job) {
    if (auto waits = api.orders.waitsFor(job); !waits.empty()) job.reason = std::move(waits);
    return job;
}

bool isAdopted(const Api& api, const Job& job) {
    return job.status == JobStatus::kRunning && api.orders.adopted(job.key());
}

}  // namespace orch

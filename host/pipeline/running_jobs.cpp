#include "pipeline/running_jobs.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/process.hpp"

namespace orch {

namespace {

void see(RunningJob& job, Liveness liveness, std::string why) {
    job.agent = {liveness, SeenBy::kNoPid};
    job.agent_why = std::move(why);
}

/// The process that the row names, or, before the stamp, the one that its shim wrote down.
SeenProcess processOf(const RunningJob& job) {
    const auto& proc = job.folder.proc;
    if (job.row.process.pid || !proc || proc->boot_id != bootId()) return job.row.process;
    return {proc->agent.pid, proc->agent.start};
}

/// A pid that is another one's now was free before, and so was the group of that number; and a shim
/// that left a record left nobody else.
bool mayLeaveOthers(const RunningJob& job) {
    const bool gone = job.agent.by == SeenBy::kGone || job.agent.by == SeenBy::kZombie;
    return gone && job.folder.exit != SeenExit::kValid;
}

}  // namespace

RunningJobs::RunningJobs(Store& store,
                         const Setup& setup,
                         const Launcher& launcher,
                         const InHand& in_hand)
    : store_(store),
      setup_(setup),
      launcher_(launcher),
      in_hand_(in_hand),
      self_(identityOf(getpid())) {}

std::optional<Milliseconds> RunningJobs::limitOf(const RunningRow& row) const {
    const auto grace = StartSpec{}.grace;
    const auto limit = [](Milliseconds timeout, Milliseconds then) -> std::optional<Milliseconds> {
        if (timeout.count() <= 0) return std::nullopt;
        return timeout + then;
    };
    switch (row.kind) {
        case WorkKind::kAgent: {
            const auto agent = setup_.agents.find(row.agent);
            if (agent == setup_.agents.end()) return std::nullopt;
            return limit(agent->second.timeout, agent->second.grace);
        }
        case WorkKind::kCheck:
        case WorkKind::kBaseCheck: {
            const auto* stage = setup_.pipeline.find(row.stage);
            return stage == nullptr ? std::nullopt : limit(stage->check_timeout, grace);
        }
        case WorkKind::kDeploy: {
            const auto project = setup_.projects.find(row.project);
            if (project == setup_.projects.end()) return std::nullopt;
            return limit(project->second.deploy_timeout, grace);
        }
        case WorkKind::kCommand:
            return limit(row.timeout.value_or(Milliseconds{0}), grace);
        case WorkKind::kMerge:
        case WorkKind::kFinalize:
            break;
    }
    return std::nullopt;
}

void RunningJobs::lookAtAgent(RunningJob& job, bool few, ProcessLook& processes) const {
    const bool held = job.folder.lock == SeenLock::kHeld;
    if (!job.same_host) return see(job, Liveness::kUnknown, "other_host");
    if (!job.same_boot) return see(job, Liveness::kDead, "other_boot");
    if (held && !few) return see(job, Liveness::kUnknown, "lock_held");
    const auto process = processOf(job);
    const auto pid = static_cast<pid_t>(process.pid.value_or(0));
    job.agent = processes.examine(pid, process.pid_start);
    job.agent_why = nameOf(job.agent.by);
    if (mayLeaveOthers(job)) {
        job.others = processes.othersInGroup(pid).value_or(0);
    }
}

RunningJob RunningJobs::lookAt(RunningRow row, bool few, ProcessLook& processes) const {
    RunningJob job;
    job.row = std::move(row);
    job.same_boot = job.row.boot_id.empty() || job.row.boot_id == bootId();
    job.same_host = isOurPidSpace(job.row.pid_space, job.same_boot);
    job.limit = limitOf(job.row);
    job.starting = in_hand_.holds(job.row.key);
    if (job.starting) return job;
    job.folder = launcher_.glance(job.row.key);
    lookAtAgent(job, few, processes);
    return job;
}

std::optional<AwakeTime> RunningJobs::sinceOf(const RunningJob& job) const {
    const auto& row = job.row;
    if (row.awake_since && job.same_boot && !row.boot_id.empty()) {
        return AwakeTime{Milliseconds{*row.awake_since}};
    }
    const auto known = first_seen_.find(row.key);
    return known == first_seen_.end() ? std::nullopt : std::optional{known->second};
}

void RunningJobs::setAges(std::vector<RunningJob>& jobs, AwakeTime now) {
    std::map<AttemptKey, AwakeTime> seen;
    for (auto& job : jobs) {
        const auto since = seen.emplace(job.row.key, sinceOf(job).value_or(now)).first->second;
        job.running = std::max(Milliseconds{0}, std::chrono::floor<Milliseconds>(now - since));
    }
    first_seen_ = std::move(seen);
}

RunningJobs::Seen RunningJobs::look() {
    Seen seen;
    if (self_) seen.self = examine(*self_);
    // The rows first: whoever is in one of them and not in hand then has been handed on already.
    auto rows = store_.read([](Connection& db) { return runningRows(db); });
    const bool few = rows.size() <= kFew;
    ProcessLook processes;
    seen.jobs.reserve(rows.size());
    for (auto& row : rows) seen.jobs.push_back(lookAt(std::move(row), few, processes));
    const auto now = store_.clock().now().awake;
    const std::lock_guard lock(mutex_);
    setAges(seen.jobs, now);
    return seen;
}

std::optional<RunningJob> RunningJobs::look(AttemptKey key) {
    auto row = store_.read([&](Connection& db) { return runningRow(db, key); });
    if (!row) return {};
    ProcessLook processes;
    auto job = lookAt(std::move(*row), true, processes);
    const auto now = store_.clock().now().awake;
    const std::lock_guard lock(mutex_);
    const auto since = sinceOf(job).value_or(now);
    job.running = std::max(Milliseconds{0}, std::chrono::floor<Milliseconds>(now - since));
    return job;
}

}  // namespace orch

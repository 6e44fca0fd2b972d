#include "reaper/sight.hpp"

namespace orch::reaper {

namespace {

Sight alive(std::string why) {
    return {State::kAlive, {}, std::move(why)};
}
Sight unknown(std::string why) {
    return {State::kUnknown, {}, std::move(why)};
}
Sight dead(Cause cause, std::string why) {
    return {State::kDead, cause, std::move(why)};
}

std::string recordOf(const RunningJob& job) {
    if (job.signal) return "its exit record says signal " + std::to_string(*job.signal);
    if (job.exit_code) return "its exit record says exit " + std::to_string(*job.exit_code);
    return "it left an exit record";
}

/// "pid_reused" and "thread_id": the number is somebody else's.
bool belongsToAnother(const RunningJob& job) {
    return job.process_why == "pid_reused" || job.process_why == "thread_id";
}

std::string deathOf(const RunningJob& job) {
    const auto process = job.pid ? "process " + std::to_string(*job.pid) : std::string{"process"};
    if (job.process_why == "thread_id") return "its " + process + " is a thread of another one";
    if (job.process_why == "pid_reused") return "its " + process + " is by now another one";
    if (job.process_why == "zombie") return "its " + process + " is a zombie";
    return "its " + process + " is gone";
}

Sight processOf(const RunningJob& job) {
    switch (job.process) {
        case Life::kAlive:
            return alive("its process lives");
        case Life::kDead:
            return dead(belongsToAnother(job) ? Cause::kPidReused : Cause::kProcessDied,
                        deathOf(job));
        case Life::kUnknown:
            break;
    }
    return unknown("its process cannot be seen");
}

/// Of attempts that have no lock, or whose lock is free (their shim is gone).
Sight unlocked(const RunningJob& job, Milliseconds spawn_grace) {
    // Without a pid on the row there may be one that its shim wrote down.
    if (job.pid || job.process != Life::kUnknown) return processOf(job);
    if (job.running < spawn_grace) return unknown("no process yet, within the spawn grace");
    return dead(Cause::kSpawnLost, "no process ever came");
}

}  // namespace

Sight sightOf(const RunningJob& job, Milliseconds spawn_grace) {
    if (job.exit == ExitRecord::kValid) return {State::kEnded, Cause::kExitRecord, recordOf(job)};
    if (job.lock == Lock::kHeld) return alive("its lock is held");
    if (job.starting) return {State::kInHand, {}, "orchd is at it"};
    if (!job.same_host) return unknown("it runs on another host");
    // No process of its own: it lives as long as this orchd, which asks.
    if (job.lane == "reserved") return alive("orchd itself runs it");
    if (!job.same_boot) return dead(Cause::kOtherBoot, "the machine was started again since");
    if (job.lock == Lock::kUnknown && job.process != Life::kAlive) {
        return unknown("its lock cannot be seen");
    }
    return unlocked(job, spawn_grace);
}

}  // namespace orch::reaper

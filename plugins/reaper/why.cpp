#include "reaper/why.hpp"

#include "common/words.hpp"

namespace orch::reaper {

namespace {

using common::wordOf;

std::string nameOf(const RunningJob& job) {
    return name(Attempt{job.id, job.attempt});
}

std::string processOf(const RunningJob& job) {
    return wordOf(job.process) + (job.process_why.empty() ? "" : " (" + job.process_why + ")");
}

std::string sentenceOf(const RunningJob& job,
                       Cause cause,
                       const Suspicion& suspicion,
                       Milliseconds max_running) {
    const auto job_name = "job " + nameOf(job);
    const auto limit = "longer than " + common::spoken(max_running);
    switch (cause) {
        case Cause::kExitRecord:
            return job_name + " is over: " + suspicion.sight.why;
        case Cause::kMaxRunning:
            return job_name + " has run " + limit + " and is still alive: it is timed out";
        case Cause::kUnknownLiveness:
            return job_name + " has run " + limit + ", and nobody can tell whether it lives (" +
                   suspicion.sight.why + "): it is timed out";
        case Cause::kSpawnLost:
            return job_name + " is lost: " + suspicion.sight.why + " within the spawn grace";
        case Cause::kProcessDied:
        case Cause::kPidReused:
        case Cause::kOtherBoot:
            break;
    }
    return job_name + " is lost: " + suspicion.sight.why + " (seen at " +
           std::to_string(suspicion.streak) + (suspicion.streak == 1 ? " tick)" : " ticks)");
}

}  // namespace

std::string wordOf(Cause cause) {
    switch (cause) {
        case Cause::kExitRecord:
            return "exit_record";
        case Cause::kProcessDied:
            return "process_died";
        case Cause::kPidReused:
            return "pid_reused";
        case Cause::kSpawnLost:
            return "spawn_lost";
        case Cause::kOtherBoot:
            return "other_boot";
        case Cause::kMaxRunning:
            return "max_running";
        case Cause::kUnknownLiveness:
            break;
    }
    return "unknown_liveness";
}

Why whyOf(const RunningJob& job,
          Cause cause,
          const Suspicion& suspicion,
          Milliseconds max_running) {
    Why why{wordOf(cause), sentenceOf(job, cause, suspicion, max_running), {}};
    const auto say = [&](const char* what, std::string value) {
        why.evidence.emplace_back(what, std::move(value));
    };
    say("pid", job.pid ? std::to_string(*job.pid) : "none");
    if (job.pid_start) say("pid_start", std::to_string(*job.pid_start));
    say("lock", wordOf(job.lock));
    say("process", processOf(job));
    if (suspicion.streak > 0) say("streak", std::to_string(suspicion.streak));
    if (job.exit_code) say("exit_code", std::to_string(*job.exit_code));
    if (job.signal) say("signal", std::to_string(*job.signal));
    if (job.group > 0) say("orphans", std::to_string(job.group));
    say("max_running", common::spoken(max_running));
    return why;
}

common::Remark aboutRecord(const RunningJob& job) {
    const bool foreign = job.exit == ExitRecord::kForeign;
    const auto what = foreign ? "is of another attempt" : "is half-written, empty or altered";
    return {"job " + std::to_string(job.id),
            {foreign ? "stale_exit_record" : "damaged_exit_record",
             "the exit record of job " + nameOf(job) + " " + what + ": it is ignored",
             {{"attempt", std::to_string(job.attempt)}}}};
}

common::Remark aboutSelf(Life self) {
    return {"",
            {"self_check",
             "orchd sees its own process as " + wordOf(self) +
                 ": what it sees of others does not count until that is over",
             {}}};
}

Notice aboutMass(std::size_t flips, std::size_t subjects) {
    return {"reaper",
            std::to_string(flips) + " of " + std::to_string(subjects) +
                " running jobs look dead or overdue at once. The reaper looks a second time at its "
                "next tick before it ends any; orchctl why reaper shows what it sees.",
            "mass_event"};
}

}  // namespace orch::reaper

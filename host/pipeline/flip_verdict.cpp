#include "pipeline/flip_verdict.hpp"

#include <array>

namespace orch {

namespace {

FlipVerdict no(FlipResult result, std::string why) {
    return {.result = result, .why = std::move(why)};
}

FlipVerdict ended(Outcome outcome, std::string detail) {
    FlipVerdict verdict{.result = FlipResult::kFinished, .why = detail};
    verdict.ended.outcome = outcome;
    verdict.ended.detail = std::move(detail);
    return verdict;
}

bool isAboutTime(FlipCause cause) {
    return cause == FlipCause::kMaxRunning || cause == FlipCause::kUnknownLiveness;
}

/// A record that ended on request counts as cancelled only when somebody cancelled (readEnd).
FlipVerdict byRecord(FlipCause cause, const RunningJob& seen) {
    AttemptObservation observed;
    observed.exit = seen.folder.record;
    FlipVerdict verdict{
        .result = cause == FlipCause::kExitRecord ? FlipResult::kFinished : FlipResult::kExitWon,
        .why = "its exit record is there"};
    verdict.ended = readEnd(observed, seen.row.cancel_requested);
    return verdict;
}

FlipVerdict lost(FlipCause cause, const RunningJob& seen) {
    std::string detail{nameOf(cause)};
    if (seen.others > 0) detail += " (orphans=" + std::to_string(seen.others) + ")";
    auto verdict = ended(Outcome::kLost, std::move(detail));
    verdict.block = seen.others > 0;
    return verdict;
}

FlipVerdict byDeath(FlipCause cause, const RunningJob& seen) {
    const bool came = cause != FlipCause::kSpawnLost;
    if (!came && seen.row.process.pid) {
        return no(FlipResult::kRefused,
                  "it has a process: " + std::to_string(*seen.row.process.pid));
    }
    if (!seen.same_host) return no(FlipResult::kRefused, "it is of another host");
    if (!seen.same_boot) return ended(Outcome::kHostRebooted, "");
    switch (seen.agent.liveness) {
        case Liveness::kAlive:
            return no(FlipResult::kAlive, "its process lives");
        case Liveness::kDead:
            return lost(cause, seen);
        case Liveness::kUnknown:
            break;
    }
    if (!came && seen.agent.by == SeenBy::kNoPid) return lost(cause, seen);
    return no(FlipResult::kRefused, "whether its process lives cannot be told: " + seen.agent_why);
}

FlipVerdict byBoot(const RunningJob& seen) {
    if (seen.same_boot) return no(FlipResult::kRefused, "it is of this boot");
    if (!seen.same_host) return no(FlipResult::kRefused, "it is of another host");
    return ended(Outcome::kHostRebooted, "");
}

FlipVerdict byTime(FlipCause cause, const RunningJob& seen) {
    auto verdict = ended(Outcome::kTimedOut, std::string{nameOf(cause)});
    const bool over = seen.folder.lock == SeenLock::kFree || seen.folder.lock == SeenLock::kAbsent;
    const bool nobody = seen.agent.liveness == Liveness::kDead && seen.others == 0;
    verdict.block = seen.row.lane != Lane::kReserved && !(over && nobody);
    verdict.alert = cause == FlipCause::kUnknownLiveness;
    return verdict;
}

}  // namespace

std::string_view nameOf(FlipCause cause) {
    static constexpr std::array<std::string_view, 7> kNames{"exit_record",
                                                            "process_died",
                                                            "pid_reused",
                                                            "spawn_lost",
                                                            "other_boot",
                                                            "max_running",
                                                            "unknown_liveness"};
    return kNames.at(static_cast<std::size_t>(cause));
}

FlipVerdict judgeFlip(FlipCause cause, const RunningJob& seen) {
    if (seen.starting) return no(FlipResult::kStarting, "orchd is still at it");
    const auto& folder = seen.folder;
    if (folder.exit == SeenExit::kValid) return byRecord(cause, seen);
    if (isAboutTime(cause)) return byTime(cause, seen);
    if (folder.lock == SeenLock::kHeld) return no(FlipResult::kAlive, "its lock is held");
    if (folder.lock == SeenLock::kUnknown || folder.exit == SeenExit::kUnknown) {
        return no(FlipResult::kRefused, "its folder cannot be read: " + folder.trouble);
    }
    switch (cause) {
        case FlipCause::kProcessDied:
        case FlipCause::kPidReused:
        case FlipCause::kSpawnLost:
            return byDeath(cause, seen);
        case FlipCause::kOtherBoot:
            return byBoot(seen);
        default:
            return no(FlipResult::kRefused, "there is no exit record to go by");
    }
}

}  // namespace orch

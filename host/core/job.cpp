#include "core/job.hpp"

#include <algorithm>
#include <cmath>

namespace orch {

namespace {

constexpr int kTryLater = 75;        // EX_TEMPFAIL of sysexits.h
constexpr int kNotExecutable = 126;  // what shells answer for a command they cannot run
constexpr int kNotFound = 127;

std::string times(int count) {
    return count == 1 ? "once" : std::to_string(count) + " times";
}

std::string spoken(const Ended& ended) {
    const std::string detail = ended.detail.empty() ? "" : ": " + ended.detail;
    switch (ended.outcome) {
        case Outcome::kExited:
            return "exit " + std::to_string(ended.exit_code.value_or(-1)) + detail;
        case Outcome::kSignaled:
            return "signal " + std::to_string(ended.signal.value_or(0)) + detail;
        case Outcome::kTimedOut:
            return "timed out" + detail;
        case Outcome::kCancelled:
            return "cancelled" + detail;
        case Outcome::kLost:
            return "lost" + detail;
        case Outcome::kHostRebooted:
            return "the machine went down" + detail;
        case Outcome::kStartFailed:
            return "did not start" + detail;
    }
    return "unknown";
}

/// What an end means for the kind of work it was.
enum class Meaning { kDone, kCharged, kFinal, kLater, kUncharged, kAgain, kCancelled };

bool checks(WorkKind kind) {
    return kind == WorkKind::kCheck || kind == WorkKind::kBaseCheck;
}

Meaning meaningOfExit(WorkKind kind, int code) {
    if (code == 0) return Meaning::kDone;
    if (kind == WorkKind::kCommand) return Meaning::kFinal;
    if (code == kTryLater && kind != WorkKind::kDeploy) return Meaning::kLater;
    const bool refused = code == static_cast<int>(MergeExit::kRefused);
    if (refused && kind == WorkKind::kMerge) return Meaning::kLater;
    if (kind == WorkKind::kAgent) return Meaning::kCharged;
    // A check whose tool is missing says nothing about the work.
    const bool no_tool = code == kNotExecutable || code == kNotFound;
    return checks(kind) && no_tool ? Meaning::kUncharged : Meaning::kFinal;
}

Meaning meaningOf(WorkKind kind, const Ended& ended) {
    // Whether a deploy that nobody saw end took effect is unknown: a person decides; and a command
    // is run again by whoever asked for it, or not at all.
    const bool once = kind == WorkKind::kDeploy || kind == WorkKind::kCommand;
    switch (ended.outcome) {
        case Outcome::kExited:
            return meaningOfExit(kind, ended.exit_code.value_or(-1));
        case Outcome::kSignaled:
            if (kind == WorkKind::kAgent) return Meaning::kCharged;
            return checks(kind) ? Meaning::kUncharged : Meaning::kFinal;
        case Outcome::kTimedOut:
            return kind == WorkKind::kAgent ? Meaning::kCharged : Meaning::kFinal;
        case Outcome::kCancelled:
            return Meaning::kCancelled;
        case Outcome::kLost:
            return once ? Meaning::kFinal : Meaning::kUncharged;
        case Outcome::kHostRebooted:
            return once ? Meaning::kFinal : Meaning::kAgain;
        case Outcome::kStartFailed:
            return kind == WorkKind::kCommand ? Meaning::kFinal : Meaning::kUncharged;
    }
    return Meaning::kFinal;
}

JobStatus finalStatus(Outcome outcome) {
    switch (outcome) {
        case Outcome::kTimedOut:
            return JobStatus::kTimedOut;
        case Outcome::kCancelled:
            return JobStatus::kCancelled;
        case Outcome::kLost:
        case Outcome::kHostRebooted:
            return JobStatus::kLost;
        default:
            return JobStatus::kFailed;
    }
}

Instant delayed(const RetryPolicy& policy, int failures, Instant now, double jitter) {
    const double base = static_cast<double>(policy.base.count());
    const double cap = static_cast<double>(policy.cap.count());
    const double delay = std::min(cap, base * std::exp2(std::min(failures - 1, 40)));
    return now + Milliseconds{static_cast<std::int64_t>(delay * (0.5 + jitter))};
}

AfterAttempt retried(AfterAttempt after, Instant run_at) {
    after.status = JobStatus::kScheduled;
    after.run_at = run_at;
    return after;
}

}  // namespace

bool isFinal(JobStatus status) {
    return status >= JobStatus::kSucceeded;
}

bool mergeAnswered(const Job& job) {
    if (job.status == JobStatus::kSucceeded) return true;
    switch (static_cast<MergeExit>(job.exit_code.value_or(-1))) {
        case MergeExit::kConflict:
        case MergeExit::kBaseMoved:
        case MergeExit::kReverted:
        case MergeExit::kWithdrawn:
        case MergeExit::kVoid:
            return true;
        default:
            return false;
    }
}

namespace {

AfterAttempt afterEnd(
    const Job& job, const Ended& ended, const RetryPolicy& policy, Instant now, double jitter) {
    AfterAttempt after{.status = finalStatus(ended.outcome),
                       .run_at = {},
                       .failures = job.failures,
                       .lost_count = job.lost_count,
                       .reason = spoken(ended)};
    switch (meaningOf(job.payload.kind, ended)) {
        case Meaning::kDone:
            after.status = JobStatus::kSucceeded;
            return after;
        case Meaning::kFinal:
        case Meaning::kCancelled:
            return after;
        case Meaning::kLater:
            return retried(after,
                           now + Milliseconds{static_cast<std::int64_t>(
                                     static_cast<double>(policy.later.count()) * (0.5 + jitter))});
        case Meaning::kAgain:
            return retried(after, now);
        case Meaning::kCharged:
            if (++after.failures <= job.max_failures) {
                return retried(after, delayed(policy, after.failures, now, jitter));
            }
            after.reason = "failed " + times(after.failures) + ", last: " + after.reason;
            return after;
        case Meaning::kUncharged:
            if (++after.lost_count < policy.max_lost) {
                return retried(after, delayed(policy, after.lost_count, now, jitter));
            }
            after.reason =
                (ended.outcome == Outcome::kLost ? "took its shim down " : "could not be run ") +
                times(after.lost_count) + ", last: " + after.reason;
            return after;
    }
    return after;
}

}  // namespace

AfterAttempt afterAttempt(
    const Job& job, const Ended& ended, const RetryPolicy& policy, Instant now, double jitter) {
    auto after = afterEnd(job, ended, policy, now, jitter);
    if (!job.cancel_requested || after.status != JobStatus::kScheduled) return after;
    // A merge may have landed all the same: its next run looks, and ends it.
    if (job.payload.kind == WorkKind::kMerge) return after;
    after.status = JobStatus::kCancelled;
    after.run_at.reset();
    after.reason = "cancelled, not tried again after: " + after.reason;
    return after;
}

Ended readEnd(const AttemptObservation& seen, bool cancel_requested) {
    Ended ended{.outcome = Outcome::kLost,
                .exit_code = {},
                .signal = {},
                .detail = "",
                .artefact_hash = ""};
    if (!seen.exit) {
        // proc.json is there before the agent's first instruction: nothing of it ever ran.
        if (!seen.proc && !seen.proc_damaged && !seen.exit_damaged) {
            ended.outcome = Outcome::kStartFailed;
            ended.detail = "its shim ended before the agent began";
            return ended;
        }
        ended.detail =
            seen.exit_damaged ? "its exit record is damaged" : "it ended without an exit record";
        return ended;
    }
    ended.outcome = seen.exit->outcome;
    ended.exit_code = seen.exit->exit_code;
    ended.signal = seen.exit->signal;
    ended.detail = seen.exit->detail;
    // A shim that was asked to end by somebody else (a machine going down) lost its attempt.
    if (ended.outcome == Outcome::kCancelled && !cancel_requested) {
        ended.outcome = Outcome::kLost;
        ended.detail = "its shim was told to end, not by orchd";
    }
    return ended;
}

Adoption decideAdoption(const AttemptObservation& seen, bool other_boot, bool cancel_requested) {
    if (seen.lock == LockState::kHeld && !other_boot) return {Adoption::Kind::kWatch, {}};
    if (seen.exit) return {Adoption::Kind::kFinish, readEnd(seen, cancel_requested)};
    // What a machine going down left is no proof: the folder may have been there and not on disk.
    if (other_boot) {
        return {Adoption::Kind::kFinish,
                {.outcome = Outcome::kHostRebooted,
                 .exit_code = {},
                 .signal = {},
                 .detail = "",
                 .artefact_hash = ""}};
    }
    // The lock is made before the shim: without one there never was a process.
    if (seen.lock == LockState::kAbsent && !seen.proc) return {Adoption::Kind::kRelease, {}};
    // A dead agent is no proof either: what it started may live on in the worktree.
    return {Adoption::Kind::kEndThenLost, readEnd(seen, cancel_requested)};
}

}  // namespace orch

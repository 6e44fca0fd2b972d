#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "core/attempt.hpp"

namespace orch {

/// What limits how many run at once. kReserved jobs run no process: a handler in orchd does.
enum class Lane { kAgent, kExec, kReserved };
enum class JobStatus {
    kScheduled,
    kQueued,
    kRunning,
    kSucceeded,
    kFailed,
    kTimedOut,
    kCancelled,
    kLost
};
/// What a job does for its stage.
/// kFinalize records how a deploy ended; kBaseCheck is the check of the base alone; kCommand is
/// somebody's own, of no stage: it runs once, and how it ended is theirs to judge.
enum class WorkKind { kAgent, kCheck, kMerge, kDeploy, kFinalize, kBaseCheck, kCommand };

[[nodiscard]] bool isFinal(JobStatus status);

/// What a job is about, fixed when it is made; stored as the row's payload.
struct Payload {
    WorkKind kind = WorkKind::kAgent;
    std::string head, base;            ///< the shas a check, merge or deploy is about
    std::string definition;            ///< definitionOf its stage
    std::string version;               ///< of a deploy: its number
    std::vector<std::string> command;  ///< an exec job without a task: what to run
    Milliseconds timeout{};            ///< of that command; 0: none
};

struct NewJob {
    std::optional<TaskId> task;
    std::string project;
    std::string stage;
    std::string agent;  ///< the agent's name, or "check", "merge", "deploy", "deploy-finalizer"
    Lane lane = Lane::kAgent;
    int visit = 0;  ///< the task's visit of the stage it was made for
    Payload payload;
    int priority = 100;  ///< lower runs first
    std::optional<Instant> run_at;
    int max_failures = 0;    ///< charged failures that are retried
    std::string unique_key;  ///< empty: none
};

struct Job : NewJob {
    JobId id{};
    JobStatus status{};
    int attempt = 0;
    int failures = 0;    ///< charged to the work
    int lost_count = 0;  ///< infrastructure's: lost, host_rebooted, start_failed
    std::optional<std::int64_t> pid;
    std::optional<std::uint64_t> pid_start;
    std::string boot_id;  ///< of the claim
    Instant created_at{};
    std::optional<Instant> started_at;  ///< of the current attempt
    std::optional<Instant> finished_at;
    bool cancel_requested = false;
    std::string reason;
    std::optional<int> exit_code;  ///< of the last ended attempt
    std::string artefact_hash;     ///< of the last ended attempt

    [[nodiscard]] AttemptKey key() const { return {id, attempt}; }
};

/// How a merge job says what happened; job.exit_code of merge jobs only. Two of them wait and try
/// again: kLater (somebody else holds the lease, or goes first) and kRefused (the repository said
/// no for now; nobody else waits for such a merge).
enum class MergeExit {
    kLanded = 0,
    kConflict = 1,
    kBaseMoved = 2,
    kReverted = 3,
    kWithdrawn = 4,  ///< the head would bring back what was taken off the base
    kVoid = 5,       ///< a gate that was passed does not hold for the head
    kLater = 75,
    kRefused = 76
};

/// Did this merge job find out what becomes of its head? Otherwise nobody knows whether it landed.
[[nodiscard]] bool mergeAnswered(const Job& job);

struct RetryPolicy {
    Milliseconds base{1000};
    Milliseconds cap{std::chrono::minutes{10}};
    Milliseconds later{std::chrono::minutes{1}};  ///< after exit 75 (EX_TEMPFAIL), uncharged
    int max_lost = 3;  ///< uncharged ends without progress before a human is asked
};

/// What becomes of a job whose attempt ended.
struct AfterAttempt {
    JobStatus status{};             ///< kScheduled for a retry, else final
    std::optional<Instant> run_at;  ///< with kScheduled
    int failures{}, lost_count{};
    std::string reason;  ///< never empty
};

/// `jitter` in [0, 1): the delay is min(cap, base · 2^failures) · (0.5 + jitter).
[[nodiscard]] AfterAttempt afterAttempt(
    const Job& job, const Ended& ended, const RetryPolicy& policy, Instant now, double jitter);

/// What a restarted orchd does with a row that says running.
struct Adoption {
    enum class Kind {
        kWatch,       ///< its shim lives
        kFinish,      ///< `ended` says how it ended
        kRelease,     ///< it was claimed and never started: back to the queue, uncharged
        kEndThenLost  ///< its shim was killed: what it may have left is ended first
    };
    Kind kind{};
    Ended ended;
};
[[nodiscard]] Adoption decideAdoption(const AttemptObservation& seen,
                                      bool other_boot,
                                      bool cancel_requested);

/// How an observed end reads: an exit record that ended on request counts as cancelled only when
/// somebody cancelled; no record at all is kLost, never an exit code.
[[nodiscard]] Ended readEnd(const AttemptObservation& seen, bool cancel_requested);

}  // namespace orch

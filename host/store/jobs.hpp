#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/job.hpp"
#include "store/connection.hpp"

namespace orch {

// Rows of `jobs` and `attempts`. Functions that take a Tx write, those that take a Connection read.

struct Enqueued {
    JobId id{};
    bool created{};  ///< false: `unique_key` named a live job, and `id` is that one
};
[[nodiscard]] Enqueued enqueueJob(Tx& tx, const NewJob& job);

struct ClaimLimits {
    int agent = 2, exec = 2, reserved = 4;
};
/// The reserved agents that somebody handles; nothing: all of them.
using Served = std::optional<std::set<std::string>>;
/// Projects whose repository cannot be worked with now: their tasks' jobs wait, but for those of
/// the reserved agents that need none.
struct ClosedProjects {
    std::set<std::string> names, agents_without_repository;
};

/// Promotes at most 500 due rows, then claims per lane as many queued jobs as it has free slots:
/// by priority, then the project with the fewest running, then age. Attempts not yet verified dead
/// (tasks.blocked_by) count as slots; jobs of blocked, paused, parked or ended tasks wait. Of a
/// project's deploys and their finalizers one runs at a time, whatever the slots. Nothing
/// is claimed while the queue is paused. Each claim adds one to `attempt` and an attempts row.
/// A reserved job whose agent nobody serves waits, queued and uncharged, as do jobs of `closed`.
/// A row that cannot be read fails with the reason, journalled, and the others are claimed.
[[nodiscard]] std::vector<Job> claimJobs(Tx& tx,
                                         const ClaimLimits& limits,
                                         const Served& served = {},
                                         const ClosedProjects& closed = {});
/// Is there a queued agent, check or deploy that only lacks a slot? Not while the queue is paused.
[[nodiscard]] bool processWaits(Connection& db);
/// When the next scheduled job is due; nothing without one.
[[nodiscard]] std::optional<Instant> nextDue(Connection& db);

/// Stamps pid, start time and boot id; false when the attempt is no longer running (Q4).
bool stampProcess(Tx& tx, const ProcRecord& proc);

/// Replaces the payload of a running attempt (what a check turned out to be about); false when the
/// attempt is no longer running.
bool setPayload(Tx& tx, AttemptKey key, const Payload& payload);

/// Whom a row named when somebody looked: NULLs are nothing.
struct SeenProcess {
    std::optional<std::int64_t> pid;
    std::optional<std::uint64_t> pid_start;
    bool operator==(const SeenProcess&) const = default;
};

/// The one terminal flip: guarded by status='running', the attempt and, where it was seen, the
/// process. False: somebody was first, nothing changed. Writes the attempts row's outcome and
/// applies `after` to the job.
bool finishJob(Tx& tx,
               AttemptKey key,
               const Ended& ended,
               const AfterAttempt& after,
               const std::optional<SeenProcess>& process = {});
/// Notes an end that came after the flip on the attempts row, once: the outcome stays the flip's,
/// the detail tells of the other; an exit code or signal that is known already is not doubted.
void noteLateEnd(Tx& tx, AttemptKey key, const Ended& ended);
/// A reserved job that is not over: the same row waits for `run_at`, uncharged. False: it does not
/// run any more.
bool putOff(Tx& tx, AttemptKey key, Instant run_at, const std::string& reason);
/// Takes back a claim that never became a process (reserved handler not ready): queued, uncharged.
bool releaseClaim(Tx& tx, AttemptKey key, const std::string& reason);

/// The project's merges that wait for another try may try now: something landed.
void wakeMerges(Tx& tx, const std::string& project);

enum class CancelEffect { kNone, kEnded, kRequested };
/// A waiting job ends at once (kEnded); a running one is flagged (kRequested); else kNone.
CancelEffect requestCancel(Tx& tx, JobId id, const std::string& reason);
/// Throws StoreError naming the row when it cannot be read. The lists below leave such a row out,
/// or, when only its payload is damaged, show it with an empty one and a reason that says so.
[[nodiscard]] std::optional<Job> findJob(Connection& db, JobId id);
/// Was this attempt ever claimed, as far as this database knows? Whether or not its row can be
/// read.
[[nodiscard]] bool attemptKnown(Connection& db, AttemptKey key);
[[nodiscard]] std::vector<Job> runningJobs(Connection& db);
/// Queued and scheduled ones, oldest first.
[[nodiscard]] std::vector<Job> waitingJobs(Connection& db, int limit);
/// The last finished ones, newest first.
[[nodiscard]] std::vector<Job> recentJobs(Connection& db, int limit);
/// Newest first.
[[nodiscard]] std::vector<Job> jobsOfTask(Connection& db, TaskId task, int limit);
/// The task's scheduled, queued or running job.
[[nodiscard]] std::optional<Job> liveJobOf(Connection& db, TaskId task);
/// The newest job of a kind ("check", or an agent's) for one stage of a task.
[[nodiscard]] std::optional<Job> lastJobOf(Connection& db,
                                           TaskId task,
                                           const std::string& stage,
                                           WorkKind kind);
/// What a queued deploy or deploy-finalizer waits for in its project's lane of deploys (one at a
/// time); nothing when it is the next.
[[nodiscard]] std::optional<Job> deployAhead(Connection& db, JobId id);
/// The newest check of this very base by this very definition, among the project's last twenty.
[[nodiscard]] std::optional<Job> lastBaseCheck(Connection& db,
                                               const std::string& project,
                                               const std::string& base,
                                               const std::string& definition);

struct AttemptRow {
    AttemptKey key;
    std::string boot_id;
    Instant started_at{};
    std::optional<Instant> ended_at;
    std::optional<Outcome> outcome;
    std::optional<int> exit_code, signal;
    std::string detail, artefact_hash;
    std::string confinement;  ///< what was in force; empty: none was asked for
};
[[nodiscard]] std::vector<AttemptRow> attemptsOf(Connection& db, JobId id);

/// Counts by status in the order of JobStatus; kept by triggers (ADR 0005), never by scanning.
[[nodiscard]] std::array<std::int64_t, 8> countJobs(Connection& db);

[[nodiscard]] bool queuePaused(Connection& db);
void setQueuePaused(Tx& tx, bool paused);

}  // namespace orch

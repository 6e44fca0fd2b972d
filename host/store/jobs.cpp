#include "store/jobs.hpp"

#include "core/names.hpp"
#include "store/codec.hpp"
#include "store/jobs_sql.hpp"
#include "store/meta.hpp"

namespace orch {
namespace {

std::optional<std::int64_t> milliseconds(const std::optional<Instant>& at) {
    if (!at) return std::nullopt;
    return toMilliseconds(*at);
}

std::optional<std::string_view> orNull(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<JobId> liveJobWith(Connection& db, const std::string& unique_key) {
    if (unique_key.empty()) return std::nullopt;
    auto& query = db.prepared(jobs_sql::kLiveByUniqueKey).bind(unique_key);
    if (!query.step()) return std::nullopt;
    return JobId{query.integer(0)};
}

bool isWaiting(JobStatus status) {
    return status == JobStatus::kScheduled || status == JobStatus::kQueued;
}

// A retry needs a moment; one that has none may run at once.
std::optional<Instant> runAt(const AfterAttempt& after, Instant now) {
    if (after.status != JobStatus::kScheduled) return std::nullopt;
    return after.run_at.value_or(now);
}

void writeEnd(Tx& tx, AttemptKey key, const Ended& ended) {
    tx.db()
        .prepared(jobs_sql::kFinishAttempt)
        .bind(toMilliseconds(tx.at()),
              nameOf(ended.outcome),
              ended.exit_code,
              ended.signal,
              ended.detail,
              ended.artefact_hash,
              raw(key.job),
              key.attempt)
        .run();
}

std::string inWords(const Ended& ended) {
    std::string words = "ended later: " + std::string(nameOf(ended.outcome));
    if (ended.exit_code) words += " with code " + std::to_string(*ended.exit_code);
    if (ended.signal) words += " by signal " + std::to_string(*ended.signal);
    return words;
}

}  // namespace

Enqueued enqueueJob(Tx& tx, const NewJob& job) {
    if (const auto live = liveJobWith(tx.db(), job.unique_key)) return {*live, false};
    const bool later = job.run_at && *job.run_at > tx.at();
    std::optional<std::int64_t> task;
    if (job.task) task = raw(*job.task);
    tx.db()
        .prepared(jobs_sql::kInsert)
        .bind(task,
              job.project,
              job.stage,
              job.agent,
              nameOf(job.payload.kind),
              nameOf(job.lane),
              job.visit,
              encodePayload(job.payload),
              job.priority,
              nameOf(later ? JobStatus::kScheduled : JobStatus::kQueued),
              later ? milliseconds(job.run_at) : std::nullopt,
              orNull(job.unique_key),
              job.max_failures,
              toMilliseconds(tx.at()))
        .run();
    return {JobId{tx.db().lastInsertId()}, true};
}

bool stampProcess(Tx& tx, const ProcRecord& proc) {
    const auto agent_start = static_cast<std::int64_t>(proc.agent.start);
    const int changed =
        tx.db()
            .prepared(
                // It runs from now on, unless this is told of an adopted one.
                "UPDATE jobs SET awake_since=iif(pid IS ?1, awake_since, ?6), pid=?1, "
                "pid_start=?2, boot_id=?3 WHERE id=?4 AND status='running' AND attempt=?5")
            .bind(proc.agent.pid,
                  agent_start,
                  proc.boot_id,
                  raw(proc.key.job),
                  proc.key.attempt,
                  toMilliseconds(tx.now().awake))
            .run();
    if (changed == 0) {
        // Ended before we heard of its start: how it was confined is worth knowing all the same.
        tx.db()
            .prepared("UPDATE attempts SET confinement=? WHERE job_id=? AND n=?")
            .bind(proc.confinement, raw(proc.key.job), proc.key.attempt)
            .run();
        return false;
    }
    tx.db()
        .prepared(
            "UPDATE attempts SET shim_pid=?, shim_start=?, pid=?, pid_start=?, boot_id=?, "
            "confinement=? WHERE job_id=? AND n=?")
        .bind(proc.shim.pid,
              static_cast<std::int64_t>(proc.shim.start),
              proc.agent.pid,
              agent_start,
              proc.boot_id,
              proc.confinement,
              raw(proc.key.job),
              proc.key.attempt)
        .run();
    return true;
}

bool setPayload(Tx& tx, AttemptKey key, const Payload& payload) {
    const int changed =
        tx.db()
            .prepared("UPDATE jobs SET payload=? WHERE id=? AND status='running' AND attempt=?")
            .bind(encodePayload(payload), raw(key.job), key.attempt)
            .run();
    return changed != 0;
}

namespace {

std::optional<std::int64_t> startIn(const std::optional<SeenProcess>& process) {
    if (!process || !process->pid_start) return std::nullopt;
    return static_cast<std::int64_t>(*process->pid_start);
}

}  // namespace

bool finishJob(Tx& tx,
               AttemptKey key,
               const Ended& ended,
               const AfterAttempt& after,
               const std::optional<SeenProcess>& process) {
    std::optional<Instant> finished_at;
    if (!isWaiting(after.status)) finished_at = tx.at();
    const int changed = tx.db()
                            .prepared(jobs_sql::kFinish)
                            .bind(nameOf(after.status),
                                  milliseconds(runAt(after, tx.at())),
                                  after.failures,
                                  after.lost_count,
                                  after.reason,
                                  milliseconds(finished_at),
                                  ended.exit_code,
                                  ended.artefact_hash,
                                  raw(key.job),
                                  key.attempt,
                                  process.has_value(),
                                  process ? process->pid : std::nullopt,
                                  startIn(process))
                            .run();
    if (changed == 0) return false;
    writeEnd(tx, key, ended);
    return true;
}

// The outcome that the flip recorded stays the attempt's; what came later is kept beside it.
void noteLateEnd(Tx& tx, AttemptKey key, const Ended& ended) {
    auto& row = tx.db()
                    .prepared("SELECT outcome FROM attempts WHERE job_id=? AND n=? AND late=0")
                    .bind(raw(key.job), key.attempt);
    if (!row.step()) return;
    if (row.isNull(0)) return writeEnd(tx, key, ended);
    tx.db()
        .prepared(
            "UPDATE attempts SET late=1, detail=detail || iif(detail='', '', '; ') || ? "
            "WHERE job_id=? AND n=? AND exit_code IS NULL AND signal IS NULL")
        .bind(inWords(ended), raw(key.job), key.attempt)
        .run();
}

namespace {

/// Nothing ran, so there is no attempt to tell of; its number stays used.
bool forgetAttempt(Tx& tx, AttemptKey key) {
    return tx.db()
               .prepared("DELETE FROM attempts WHERE job_id=? AND n=?")
               .bind(raw(key.job), key.attempt)
               .run() != 0;
}

}  // namespace

bool releaseClaim(Tx& tx, AttemptKey key, const std::string& reason) {
    const int changed = tx.db()
                            .prepared(
                                "UPDATE jobs SET status='queued', started_at=NULL, reason=? "
                                "WHERE id=? AND status='running' AND attempt=?")
                            .bind(reason, raw(key.job), key.attempt)
                            .run();
    if (changed == 0) return false;
    (void)forgetAttempt(tx, key);
    return true;
}

bool putOff(Tx& tx, AttemptKey key, Instant run_at, const std::string& reason) {
    const int changed =
        tx.db()
            .prepared(
                "UPDATE jobs SET status='scheduled', run_at=?, started_at=NULL, reason=? "
                "WHERE id=? AND status='running' AND attempt=? AND lane='reserved'")
            .bind(toMilliseconds(run_at), reason, raw(key.job), key.attempt)
            .run();
    if (changed == 0) return false;
    (void)forgetAttempt(tx, key);
    return true;
}

void wakeMerges(Tx& tx, const std::string& project) {
    tx.db()
        .prepared(
            "UPDATE jobs SET run_at=? WHERE status='scheduled' AND kind='merge' AND project=?")
        .bind(toMilliseconds(tx.at()), project)
        .run();
}

CancelEffect requestCancel(Tx& tx, JobId id, const std::string& reason) {
    const int ended = tx.db()
                          .prepared(
                              "UPDATE jobs SET status='cancelled', cancel_requested=1, reason=?, "
                              "run_at=NULL, finished_at=? "
                              "WHERE id=? AND status IN ('scheduled','queued')")
                          .bind(reason, toMilliseconds(tx.at()), raw(id))
                          .run();
    if (ended != 0) return CancelEffect::kEnded;
    const int flagged = tx.db()
                            .prepared(
                                "UPDATE jobs SET cancel_requested=1, reason=? "
                                "WHERE id=? AND status='running'")
                            .bind(reason, raw(id))
                            .run();
    return flagged != 0 ? CancelEffect::kRequested : CancelEffect::kNone;
}

bool queuePaused(Connection& db) {
    return readMeta(db, meta_key::kQueuePaused) == "1";
}

void setQueuePaused(Tx& tx, bool paused) {
    writeMeta(tx.db(), meta_key::kQueuePaused, paused ? "1" : "0");
}

}  // namespace orch

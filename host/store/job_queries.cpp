#include "base/error.hpp"
#include "core/names.hpp"
#include "store/jobs.hpp"
#include "store/jobs_sql.hpp"

namespace orch {
namespace {

std::optional<Job> firstJob(Statement& query) {
    if (!query.step()) return std::nullopt;
    return readJob(query);
}

std::optional<int> maybeInt(const Statement& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    return static_cast<int>(row.integer(column));
}

std::optional<Outcome> readOutcome(const Statement& row, int column, AttemptKey key) {
    if (row.isNull(column)) return std::nullopt;
    const auto outcome = fromName<Outcome>(row.text(column));
    if (outcome) return outcome;
    throw StoreError("attempts row " + name(key) + ": this orchd knows no outcome \"" +
                     row.text(column) + "\"");
}

AttemptRow readAttempt(const Statement& row, JobId id) {
    AttemptRow attempt;
    attempt.key = {id, static_cast<int>(row.integer(0))};
    attempt.boot_id = row.text(1);
    attempt.started_at = fromMilliseconds(row.integer(2));
    if (!row.isNull(3)) attempt.ended_at = fromMilliseconds(row.integer(3));
    attempt.outcome = readOutcome(row, 4, attempt.key);
    attempt.exit_code = maybeInt(row, 5);
    attempt.signal = maybeInt(row, 6);
    attempt.detail = row.text(7);
    attempt.artefact_hash = row.text(8);
    attempt.confinement = row.text(9);
    return attempt;
}

}  // namespace

std::optional<Job> findJob(Connection& db, JobId id) {
    return firstJob(db.prepared("SELECT " ORCH_JOB_COLUMNS " FROM jobs WHERE id=?").bind(raw(id)));
}

bool attemptKnown(Connection& db, AttemptKey key) {
    return db.prepared("SELECT 1 FROM jobs WHERE id=? AND attempt>=?")
        .bind(raw(key.job), key.attempt)
        .step();
}

std::vector<Job> runningJobs(Connection& db) {
    return readJobs(db.prepared(jobs_sql::kRunning).bind());
}

std::vector<Job> waitingJobs(Connection& db, int limit) {
    return readJobs(db.prepared(jobs_sql::kWaiting).bind(limit));
}

std::vector<Job> recentJobs(Connection& db, int limit) {
    return readJobs(db.prepared(jobs_sql::kRecent).bind(limit));
}

std::vector<Job> jobsOfTask(Connection& db, TaskId task, int limit) {
    return readJobs(db.prepared(jobs_sql::kOfTask).bind(raw(task), limit));
}

std::optional<Job> liveJobOf(Connection& db, TaskId task) {
    return firstJob(db.prepared(jobs_sql::kLiveOfTask).bind(raw(task)));
}

std::optional<Job> lastJobOf(Connection& db, TaskId task, const std::string& stage, WorkKind kind) {
    return firstJob(db.prepared(jobs_sql::kLastOfTask).bind(raw(task), stage, nameOf(kind)));
}

std::optional<Job> lastBaseCheck(Connection& db,
                                 const std::string& project,
                                 const std::string& base,
                                 const std::string& definition) {
    for (auto& job : readJobs(db.prepared(jobs_sql::kBaseChecks).bind(project))) {
        if (job.payload.base == base && job.payload.definition == definition) return job;
    }
    return std::nullopt;
}

std::optional<Job> deployAhead(Connection& db, JobId id) {
    return firstJob(db.prepared(jobs_sql::kDeployAhead).bind(raw(id)));
}

std::vector<AttemptRow> attemptsOf(Connection& db, JobId id) {
    auto& query =
        db.prepared(
              "SELECT n, boot_id, started_at, ended_at, outcome, exit_code, signal, "
              "detail, artefact_hash, confinement FROM attempts WHERE job_id=? ORDER BY n")
            .bind(raw(id));
    std::vector<AttemptRow> attempts;
    while (query.step()) attempts.push_back(readAttempt(query, id));
    return attempts;
}

bool processWaits(Connection& db) {
    return !queuePaused(db) && db.prepared(jobs_sql::kProcessWaits).bind().step();
}

std::optional<Instant> nextDue(Connection& db) {
    auto& query = db.prepared(jobs_sql::kNextDue).bind();
    if (!query.step()) return std::nullopt;
    return fromMilliseconds(query.integer(0));
}

std::array<std::int64_t, 8> countJobs(Connection& db) {
    std::array<std::int64_t, 8> counts{};
    auto& query = db.prepared("SELECT status, n FROM job_counts").bind();
    while (query.step()) {
        const auto status = fromName<JobStatus>(query.text(0));
        if (status) counts.at(static_cast<std::size_t>(*status)) = query.integer(1);
    }
    return counts;
}

}  // namespace orch

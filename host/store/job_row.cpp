#include "store/job_row.hpp"

#include "base/error.hpp"
#include "core/names.hpp"
#include "store/codec.hpp"

namespace orch {
namespace {

// In the order of ORCH_JOB_COLUMNS.
enum Column : int {
    kId,
    kTask,
    kProject,
    kStage,
    kAgent,
    kKind,
    kLane,
    kVisit,
    kPayload,
    kPriority,
    kStatus,
    kRunAt,
    kUniqueKey,
    kAttempt,
    kMaxFailures,
    kFailures,
    kLostCount,
    kPid,
    kPidStart,
    kBootId,
    kCreatedAt,
    kStartedAt,
    kFinishedAt,
    kCancelRequested,
    kReason,
    kExitCode,
    kArtefactHash
};

std::string nameOfRow(const Statement& row) {
    return "jobs row " + std::to_string(row.integer(kId));
}

template <class E>
E readName(const Statement& row, Column column, const char* what) {
    const auto text = row.text(column);
    if (const auto value = fromName<E>(text)) return *value;
    throw StoreError(nameOfRow(row) + ": this orchd knows no " + what + " \"" + text + "\"");
}

int readInt(const Statement& row, Column column) {
    return static_cast<int>(row.integer(column));
}

std::optional<Instant> readInstant(const Statement& row, Column column) {
    if (row.isNull(column)) return std::nullopt;
    return fromMilliseconds(row.integer(column));
}

void readOrder(const Statement& row, Job& job) {
    if (!row.isNull(kTask)) job.task = TaskId{row.integer(kTask)};
    job.project = row.text(kProject);
    job.stage = row.text(kStage);
    job.agent = row.text(kAgent);
    job.lane = readName<Lane>(row, kLane, "lane");
    job.visit = readInt(row, kVisit);
    job.priority = readInt(row, kPriority);
    job.run_at = readInstant(row, kRunAt);
    job.max_failures = readInt(row, kMaxFailures);
    job.unique_key = row.text(kUniqueKey);
}

void readProcess(const Statement& row, Job& job) {
    job.pid = row.maybeInteger(kPid);
    if (!row.isNull(kPidStart)) job.pid_start = static_cast<std::uint64_t>(row.integer(kPidStart));
    job.boot_id = row.text(kBootId);
}

void readState(const Statement& row, Job& job) {
    job.status = readName<JobStatus>(row, kStatus, "status");
    job.attempt = readInt(row, kAttempt);
    job.failures = readInt(row, kFailures);
    job.lost_count = readInt(row, kLostCount);
    job.created_at = fromMilliseconds(row.integer(kCreatedAt));
    job.started_at = readInstant(row, kStartedAt);
    job.finished_at = readInstant(row, kFinishedAt);
    job.cancel_requested = row.integer(kCancelRequested) != 0;
    job.reason = row.text(kReason);
    if (!row.isNull(kExitCode)) job.exit_code = readInt(row, kExitCode);
    job.artefact_hash = row.text(kArtefactHash);
}

Job readAllButPayload(const Statement& row) {
    Job job;
    job.id = JobId{row.integer(kId)};
    readOrder(row, job);
    readProcess(row, job);
    readState(row, job);
    job.payload.kind = readName<WorkKind>(row, kKind, "kind");
    return job;
}

void readPayload(const Statement& row, Job& job) {
    const auto kind = job.payload.kind;
    job.payload = decodePayload(row.text(kPayload), nameOfRow(row) + ": payload");
    job.payload.kind = kind;
}

void readPayloadIfPossible(const Statement& row, Job& job) {
    try {
        readPayload(row, job);
    } catch (const StoreError& error) {
        job.reason += (job.reason.empty() ? "" : "; ") + std::string(error.what());
    }
}

}  // namespace

Job readJob(const Statement& row) {
    Job job = readAllButPayload(row);
    readPayload(row, job);
    return job;
}

std::vector<Job> readJobs(Statement& query) {
    std::vector<Job> jobs;
    while (query.step()) {
        try {
            jobs.push_back(readAllButPayload(query));
        } catch (const StoreError&) {
            continue;  // Left out, as the header says; findJob tells what is wrong with it.
        }
        readPayloadIfPossible(query, jobs.back());
    }
    return jobs;
}

}  // namespace orch

#include "store/running_rows.hpp"

#include "base/error.hpp"
#include "core/names.hpp"
#include "store/codec.hpp"
#include "store/jobs_sql.hpp"

namespace orch {

namespace {

// In the order of jobs_sql::kRunningRows.
enum Column : int {
    kId,
    kAttempt,
    kTask,
    kProject,
    kStage,
    kAgent,
    kKind,
    kLane,
    kPid,
    kPidStart,
    kBootId,
    kPidSpace,
    kAwakeSince,
    kCancelRequested,
    kPayload
};

std::optional<Milliseconds> timeoutIn(const std::string& payload) {
    try {
        const auto timeout = decodePayload(payload, "").timeout;
        return timeout.count() > 0 ? std::optional{timeout} : std::nullopt;
    } catch (const StoreError&) {
        return std::nullopt;  // the claim told of it
    }
}

std::optional<RunningRow> readRow(const Statement& row) {
    const auto kind = fromName<WorkKind>(row.text(kKind));
    const auto lane = fromName<Lane>(row.text(kLane));
    if (!kind || !lane) return std::nullopt;
    RunningRow read{.key = {JobId{row.integer(kId)}, static_cast<int>(row.integer(kAttempt))},
                    .project = row.text(kProject),
                    .stage = row.text(kStage),
                    .agent = row.text(kAgent),
                    .kind = *kind,
                    .lane = *lane,
                    .boot_id = row.text(kBootId),
                    .pid_space = row.text(kPidSpace),
                    .awake_since = row.maybeInteger(kAwakeSince),
                    .cancel_requested = row.integer(kCancelRequested) != 0};
    if (!row.isNull(kTask)) read.task = TaskId{row.integer(kTask)};
    read.process.pid = row.maybeInteger(kPid);
    if (!row.isNull(kPidStart)) {
        read.process.pid_start = static_cast<std::uint64_t>(row.integer(kPidStart));
    }
    if (read.kind == WorkKind::kCommand) read.timeout = timeoutIn(row.text(kPayload));
    return read;
}

}  // namespace

std::string RunningRow::subject() const {
    return task ? name(*task) : "job " + std::to_string(raw(key.job));
}

std::optional<RunningRow> runningRow(Connection& db, AttemptKey key) {
    auto& query = db.prepared(jobs_sql::kRunningRow).bind(raw(key.job), key.attempt);
    return query.step() ? readRow(query) : std::nullopt;
}

std::vector<RunningRow> runningRows(Connection& db) {
    auto& query = db.prepared(jobs_sql::kRunningRows).bind();
    std::vector<RunningRow> rows;
    while (query.step()) {
        if (auto row = readRow(query)) rows.push_back(std::move(*row));
    }
    return rows;
}

std::optional<NotedProcess> notedProcess(Connection& db, AttemptKey key) {
    auto& row =
        db.prepared("SELECT pid, pid_start, boot_id, pid_space FROM jobs WHERE id=? AND attempt=?")
            .bind(raw(key.job), key.attempt);
    if (!row.step()) return std::nullopt;
    NotedProcess noted{{row.maybeInteger(0), std::nullopt}, row.text(2), row.text(3)};
    if (!row.isNull(1)) noted.process.pid_start = static_cast<std::uint64_t>(row.integer(1));
    return noted;
}

}  // namespace orch

#include "store/deploys.hpp"

#include "core/names.hpp"

namespace orch {
namespace {

#define ORCH_DEPLOY_COLUMNS                                                               \
    "project, number, task_id, sha, state, job_id, attempt, tries, command, created_at, " \
    "started_at, finished_at, exit_code, reason, quarantined_at, quarantine_reason"

std::optional<Instant> instantAt(const Statement& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    return fromMilliseconds(row.integer(column));
}

// A state of a newer orchd reads as unknown: a person decides about it.
DeployState readState(const std::string& text) {
    return fromName<DeployState>(text).value_or(DeployState::kUnknown);
}

Deploy readDeploy(const Statement& row) {
    Deploy deploy{.project = row.text(0), .number = static_cast<int>(row.integer(1))};
    if (!row.isNull(2)) deploy.task = TaskId{row.integer(2)};
    deploy.sha = row.text(3);
    deploy.state = readState(row.text(4));
    if (!row.isNull(5)) deploy.job = JobId{row.integer(5)};
    deploy.attempt = static_cast<int>(row.integer(6));
    deploy.tries = static_cast<int>(row.integer(7));
    deploy.command = row.text(8);
    deploy.created_at = fromMilliseconds(row.integer(9));
    deploy.started_at = instantAt(row, 10);
    deploy.finished_at = instantAt(row, 11);
    if (!row.isNull(12)) deploy.exit_code = static_cast<int>(row.integer(12));
    deploy.reason = row.text(13);
    deploy.quarantined_at = instantAt(row, 14);
    deploy.quarantine_reason = row.text(15);
    return deploy;
}

}  // namespace

int newDeploy(Tx& tx, const std::string& project, TaskId task, const std::string& sha) {
    auto& row = tx.db()
                    .prepared(
                        "INSERT INTO deploys(project, number, task_id, sha, state, created_at) "
                        "SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, 'requested', ?4 "
                        "FROM deploys WHERE project=?1 RETURNING number")
                    .bind(project, raw(task), sha, toMilliseconds(tx.at()));
    row.step();
    const int number = static_cast<int>(row.integer(0));
    row.run();
    return number;
}

void assignDeploy(Tx& tx, const std::string& project, int number, JobId job) {
    tx.db()
        .prepared(
            "UPDATE deploys SET state='requested', job_id=? WHERE project=? AND number=? "
            "AND state IN ('requested','running')")
        .bind(raw(job), project, number)
        .run();
}

bool beginDeploy(
    Tx& tx, const std::string& project, int number, AttemptKey by, const std::string& command) {
    const int changed =
        tx.db()
            .prepared(
                "UPDATE deploys SET state='running', job_id=?, attempt=?, command=?, started_at=? "
                "WHERE project=? AND number=? AND state IN ('requested','running')")
            .bind(raw(by.job), by.attempt, command, toMilliseconds(tx.at()), project, number)
            .run();
    return changed != 0;
}

bool endDeploy(Tx& tx, const std::string& project, int number, const DeployEnd& end) {
    const bool again = end.state == DeployState::kRequested;
    std::optional<std::int64_t> finished_at;
    if (!again) finished_at = toMilliseconds(tx.at());
    const int changed =
        tx.db()
            .prepared(
                "UPDATE deploys SET state=?, tries=tries+?, exit_code=?, reason=?, finished_at=? "
                "WHERE project=? AND number=? AND state IN ('requested','running')")
            .bind(nameOf(end.state), again, end.exit_code, end.reason, finished_at, project, number)
            .run();
    return changed != 0;
}

std::optional<Deploy> findDeploy(Connection& db, const std::string& project, int number) {
    auto& row =
        db.prepared("SELECT " ORCH_DEPLOY_COLUMNS " FROM deploys WHERE project=? AND number=?")
            .bind(project, number);
    if (!row.step()) return std::nullopt;
    return readDeploy(row);
}

std::vector<Deploy> deploysOf(Connection& db, TaskId task, int limit) {
    auto& row = db.prepared("SELECT " ORCH_DEPLOY_COLUMNS
                            " FROM deploys WHERE task_id=? ORDER BY number DESC LIMIT ?")
                    .bind(raw(task), limit);
    std::vector<Deploy> deploys;
    while (row.step()) deploys.push_back(readDeploy(row));
    return deploys;
}

std::optional<Deploy> lastDeployed(Connection& db, const std::string& project) {
    auto& row = db.prepared("SELECT " ORCH_DEPLOY_COLUMNS
                            " FROM deploys WHERE project=? AND state='deployed' "
                            "ORDER BY finished_at DESC, number DESC LIMIT 1")
                    .bind(project);
    if (!row.step()) return std::nullopt;
    return readDeploy(row);
}

bool quarantineDeploy(Tx& tx, const std::string& project, int number, const std::string& reason) {
    const int changed = tx.db()
                            .prepared(
                                "UPDATE deploys SET quarantined_at=?, quarantine_reason=?, "
                                "quarantine_lifted_at=NULL, quarantine_lifted_by='' "
                                "WHERE project=? AND number=? AND (quarantined_at IS NULL OR "
                                "quarantine_lifted_at IS NOT NULL)")
                            .bind(toMilliseconds(tx.at()), reason, project, number)
                            .run();
    return changed != 0;
}

std::optional<Quarantine> quarantineOf(Connection& db,
                                       const std::string& project,
                                       const std::string& sha) {
    auto& row = db.prepared(
                      "SELECT number, quarantined_at, quarantine_reason FROM deploys "
                      "WHERE project=? AND sha=? AND quarantined_at IS NOT NULL AND "
                      "quarantine_lifted_at IS NULL ORDER BY number DESC LIMIT 1")
                    .bind(project, sha);
    if (!row.step()) return std::nullopt;
    return Quarantine{
        static_cast<int>(row.integer(0)), fromMilliseconds(row.integer(1)), row.text(2)};
}

bool liftQuarantine(Tx& tx,
                    const std::string& project,
                    const std::string& sha,
                    const std::string& by) {
    const int changed = tx.db()
                            .prepared(
                                "UPDATE deploys SET quarantine_lifted_at=?, quarantine_lifted_by=? "
                                "WHERE project=? AND sha=? AND quarantined_at IS NOT NULL AND "
                                "quarantine_lifted_at IS NULL")
                            .bind(toMilliseconds(tx.at()), by, project, sha)
                            .run();
    return changed != 0;
}

}  // namespace orch

#include "store/tasks.hpp"

#include "base/error.hpp"
#include "core/names.hpp"
#include "store/codec.hpp"

namespace orch {
namespace {

#define ORCH_TASK_COLUMNS                                                               \
    "id, project, title, description, stage, state, version, visit, reason, feedback, " \
    "progress, blocked_job, blocked_attempt, merge_sha, deployed_version, created_at, " \
    "stage_since, changed_at"

// In the order of ORCH_TASK_COLUMNS.
enum Column : int {
    kId,
    kProject,
    kTitle,
    kDescription,
    kStage,
    kState,
    kVersion,
    kVisit,
    kReason,
    kFeedback,
    kProgress,
    kBlockedJob,
    kBlockedAttempt,
    kMergeSha,
    kDeployedVersion,
    kCreatedAt,
    kStageSince,
    kChangedAt
};

std::string nameOfRow(const Statement& row) {
    return "tasks row " + std::to_string(row.integer(kId));
}

TaskState readState(const Statement& row) {
    const auto text = row.text(kState);
    if (const auto state = fromName<TaskState>(text)) return *state;
    throw StoreError(nameOfRow(row) + ": this orchd knows no state \"" + text + "\"");
}

std::optional<AttemptKey> readBlocked(const Statement& row) {
    if (row.isNull(kBlockedJob)) return std::nullopt;
    return AttemptKey{JobId{row.integer(kBlockedJob)},
                      static_cast<int>(row.integer(kBlockedAttempt))};
}

Task readAllButProgress(const Statement& row) {
    Task task;
    task.id = TaskId{row.integer(kId)};
    task.project = row.text(kProject);
    task.title = row.text(kTitle);
    task.description = row.text(kDescription);
    task.stage = row.text(kStage);
    task.state = readState(row);
    task.version = static_cast<int>(row.integer(kVersion));
    task.visit = static_cast<int>(row.integer(kVisit));
    task.reason = row.text(kReason);
    task.feedback = row.text(kFeedback);
    task.blocked_by = readBlocked(row);
    task.merge_sha = row.text(kMergeSha);
    task.deployed_version = row.text(kDeployedVersion);
    task.created_at = fromMilliseconds(row.integer(kCreatedAt));
    task.stage_since = fromMilliseconds(row.integer(kStageSince));
    task.changed_at = fromMilliseconds(row.integer(kChangedAt));
    return task;
}

Progress readProgress(const Statement& row) {
    return decodeProgress(row.text(kProgress), nameOfRow(row) + ": progress");
}

void readProgressIfPossible(const Statement& row, Task& task) {
    try {
        task.progress = readProgress(row);
    } catch (const StoreError& error) {
        task.reason += (task.reason.empty() ? "" : "; ") + std::string(error.what());
    }
}

std::optional<std::string_view> orNull(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

std::optional<TaskId> taskWith(Statement& query, const std::string& key) {
    if (key.empty() || !query.bind(key).step()) return std::nullopt;
    return TaskId{query.integer(0)};
}

std::optional<TaskId> sameTask(Connection& db, const NewTask& task) {
    auto& by_key = db.prepared("SELECT id FROM tasks WHERE idempotency_key=?");
    if (const auto id = taskWith(by_key, task.idempotency_key)) return id;
    return taskWith(db.prepared("SELECT id FROM tasks WHERE tracker_key=?"), task.tracker_key);
}

}  // namespace

CreatedTask createTask(Tx& tx, const NewTask& task) {
    if (const auto same = sameTask(tx.db(), task)) return {*same, false};
    tx.db()
        .prepared(
            "INSERT INTO tasks(project, title, description, stage, version, visit, created_by, "
            "idempotency_key, tracker_key, created_at, stage_since, changed_at) "
            "VALUES(?1, ?2, ?3, ?4, 1, 1, ?5, ?6, ?7, ?8, ?8, ?8)")
        .bind(task.project,
              task.title,
              task.description,
              task.stage,
              task.created_by,
              orNull(task.idempotency_key),
              orNull(task.tracker_key),
              toMilliseconds(tx.at()))
        .run();
    return {TaskId{tx.db().lastInsertId()}, true};
}

std::optional<Task> findTask(Connection& db, TaskId id) {
    auto& row = db.prepared("SELECT " ORCH_TASK_COLUMNS " FROM tasks WHERE id=?").bind(raw(id));
    if (!row.step()) return std::nullopt;
    Task task = readAllButProgress(row);
    task.progress = readProgress(row);
    return task;
}

std::vector<Task> listTasks(Connection& db, const TaskFilter& filter) {
    auto& row = db.prepared("SELECT " ORCH_TASK_COLUMNS
                            " FROM tasks WHERE ?1 IN ('', project) AND ?2 IN ('', stage) "
                            "AND ?3 IN ('', state) ORDER BY id DESC LIMIT ?4")
                    .bind(filter.project, filter.stage, filter.state, filter.limit);
    std::vector<Task> tasks;
    while (row.step()) {
        try {
            tasks.push_back(readAllButProgress(row));
        } catch (const StoreError&) {
            continue;  // Left out, as the header says; findTask tells what is wrong with it.
        }
        readProgressIfPossible(row, tasks.back());
    }
    return tasks;
}

std::vector<TaskId> landingTasks(Connection& db, const std::string& project) {
    auto& row =
        db.prepared(
              "SELECT id FROM tasks WHERE state='active' AND blocked_job IS NULL AND project=? AND "
              "EXISTS (SELECT 1 FROM jobs WHERE jobs.task_id=tasks.id AND "
              "jobs.kind IN ('check','merge') AND jobs.status IN ('scheduled','queued','running') "
              "AND (jobs.kind<>'merge' OR coalesce(jobs.exit_code, 0)<>?)) ORDER BY id")
            .bind(project, static_cast<int>(MergeExit::kRefused));
    std::vector<TaskId> ids;
    while (row.step()) ids.push_back(TaskId{row.integer(0)});
    return ids;
}

namespace {

/// Of one project, or of all without one.
std::vector<TaskId> idleOf(Connection& db, const std::optional<std::string>& project) {
    auto& row = db.prepared(
                      "SELECT id FROM tasks WHERE state='active' AND (?1 IS NULL OR project=?1) "
                      "AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.task_id=tasks.id AND "
                      "jobs.status IN ('scheduled','queued','running')) ORDER BY id")
                    .bind(project);
    std::vector<TaskId> ids;
    while (row.step()) ids.push_back(TaskId{row.integer(0)});
    return ids;
}

}  // namespace

std::vector<TaskId> idleTasks(Connection& db) {
    return idleOf(db, std::nullopt);
}

std::vector<TaskId> idleTasks(Connection& db, const std::string& project) {
    return idleOf(db, project);
}

bool hasLiveJob(Connection& db, TaskId task) {
    return db
        .prepared(
            "SELECT 1 FROM jobs WHERE task_id=? AND status IN ('scheduled','queued','running')")
        .bind(raw(task))
        .step();
}

bool updateTask(Tx& tx, const Task& task) {
    const int changed =
        tx.db()
            .prepared(
                "UPDATE tasks SET version=version+1, project=?, title=?, description=?, stage=?, "
                "state=?, visit=?, reason=?, feedback=?, progress=?, merge_sha=?, "
                "deployed_version=?, stage_since=?, changed_at=? WHERE id=? AND version=?")
            .bind(task.project,
                  task.title,
                  task.description,
                  task.stage,
                  nameOf(task.state),
                  task.visit,
                  task.reason,
                  task.feedback,
                  encodeProgress(task.progress),
                  task.merge_sha,
                  task.deployed_version,
                  toMilliseconds(task.stage_since),
                  toMilliseconds(tx.at()),
                  raw(task.id),
                  task.version)
            .run();
    return changed != 0;
}

void setBlocked(Tx& tx, TaskId id, std::optional<AttemptKey> by) {
    std::optional<std::int64_t> job, attempt;
    if (by) {
        job = raw(by->job);
        attempt = by->attempt;
    }
    tx.db()
        .prepared("UPDATE tasks SET blocked_job=?, blocked_attempt=? WHERE id=?")
        .bind(job, attempt, raw(id))
        .run();
}

bool clearBlocked(Tx& tx, TaskId id, AttemptKey by) {
    return tx.db()
               .prepared(
                   "UPDATE tasks SET blocked_job=NULL, blocked_attempt=NULL "
                   "WHERE id=? AND blocked_job=? AND blocked_attempt=?")
               .bind(raw(id), raw(by.job), by.attempt)
               .run() != 0;
}

std::vector<std::pair<TaskId, AttemptKey>> blockedTasks(Connection& db) {
    auto& row = db.prepared(
                      "SELECT id, blocked_job, blocked_attempt FROM tasks "
                      "WHERE blocked_job IS NOT NULL ORDER BY id")
                    .bind();
    std::vector<std::pair<TaskId, AttemptKey>> blocked;
    while (row.step()) {
        const AttemptKey by{JobId{row.integer(1)}, static_cast<int>(row.integer(2))};
        blocked.emplace_back(TaskId{row.integer(0)}, by);
    }
    return blocked;
}

}  // namespace orch

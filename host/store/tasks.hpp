#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/task.hpp"
#include "core/verdict.hpp"
#include "store/connection.hpp"

namespace orch {

struct NewTask {
    std::string project, title, description, stage;
    std::string created_by;
    std::string idempotency_key;  ///< empty: none
    std::string tracker_key;      ///< (tracker, item, repository, generation); empty: none
};
struct CreatedTask {
    TaskId id{};
    bool created{};  ///< false: the idempotency or tracker key named an existing task
};
/// Version and visit begin at 1.
[[nodiscard]] CreatedTask createTask(Tx& tx, const NewTask& task);

[[nodiscard]] std::optional<Task> findTask(Connection& db, TaskId id);
struct TaskFilter {
    std::string project, stage, state;  ///< empty: any; state as in stateName()
    int limit = 500;
};
/// Newest first. A task whose progress cannot be read appears with none and a reason that says so;
/// one in an unknown state is left out. findTask throws StoreError for both, naming the row.
[[nodiscard]] std::vector<Task> listTasks(Connection& db, const TaskFilter& filter);
/// The project's active tasks that are being checked or merged, or wait for it; without those whose
/// merge the repository refuses, or whose former attempt still lives: nobody can wait for them.
[[nodiscard]] std::vector<TaskId> landingTasks(Connection& db, const std::string& project);
/// Active tasks without a scheduled, queued or running job: those somebody must look at.
[[nodiscard]] std::vector<TaskId> idleTasks(Connection& db);
/// The same of one project.
[[nodiscard]] std::vector<TaskId> idleTasks(Connection& db, const std::string& project);
/// Has it a scheduled, queued or running job? Whether or not the job's row can be read.
[[nodiscard]] bool hasLiveJob(Connection& db, TaskId task);

/// Writes every field of `task` but id, creation and blocked_by (setBlocked's: it changes without a
/// version), sets version + 1 and changed_at, if the stored version is still task.version; false:
/// somebody was first and nothing changed.
bool updateTask(Tx& tx, const Task& task);
/// Sets or clears tasks.blocked_by without touching the version.
void setBlocked(Tx& tx, TaskId id, std::optional<AttemptKey> by);

/// Clears it if this very attempt blocks the task; false: it does not.
bool clearBlocked(Tx& tx, TaskId id, AttemptKey by);

/// The tasks that are blocked, and by which attempt.
[[nodiscard]] std::vector<std::pair<TaskId, AttemptKey>> blockedTasks(Connection& db);

/// One row of `verdicts`: a gate's answer that moved the task or changed since the last one.
struct VerdictRow {
    TaskId task{};
    std::string stage;
    int visit = 0;
    Verdict verdict;
    std::string head, base, artefact_hash, definition;
    Instant at{};
};
void recordVerdict(Tx& tx, const VerdictRow& row);
/// Newest first.
[[nodiscard]] std::vector<VerdictRow> verdictsOf(Connection& db, TaskId task, int limit);
/// Every stage in which something was judged, and the last visit in which it was.
[[nodiscard]] std::map<std::string, int> judgedStages(Connection& db, TaskId task);
/// The head that the newest verdict about work was about; empty without one.
[[nodiscard]] std::string lastJudgedHead(Connection& db, TaskId task);

/// `kind`: "approval" (approve or reject at a human gate) or "override" (of a red gate).
void recordApproval(Tx& tx,
                    TaskId task,
                    const std::string& stage,
                    const std::string& kind,
                    const Approval& approval);
/// Oldest first.
[[nodiscard]] std::vector<Approval> approvalsOf(Connection& db,
                                                TaskId task,
                                                const std::string& stage,
                                                const std::string& kind);

/// The approvals and rejections of one head or artefact, in whatever stage; oldest first.
[[nodiscard]] std::vector<Approval> answersTo(Connection& db,
                                              TaskId task,
                                              const std::string& bound_to);

void ensureProject(Tx& tx, const std::string& name, const std::string& repository);

}  // namespace orch

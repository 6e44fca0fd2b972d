#pragma once

#include "store/job_row.hpp"

/// The statements of the hot path, in one place so that the benchmark's floor program and the test
/// of the query plans run exactly these.
namespace orch::jobs_sql {

/// The live jobs of the lanes deploy:<project>: the index's condition, and so part of what uses it.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro joins string literals.
#define ORCH_DEPLOYING "kind IN ('deploy','finalize') AND status IN ('queued','running')"

inline constexpr char kInsert[] =
    "INSERT INTO jobs(task_id, project, stage, agent, kind, lane, visit, payload, priority, "
    "status, run_at, unique_key, max_failures, created_at) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

inline constexpr char kLiveByUniqueKey[] =
    "SELECT id FROM jobs WHERE unique_key=? AND unique_key IS NOT NULL "
    "AND status IN ('scheduled','queued','running')";

inline constexpr char kPromote[] =
    "UPDATE jobs SET status='queued', run_at=NULL WHERE id IN "
    "(SELECT id FROM jobs WHERE status='scheduled' AND run_at<=? ORDER BY run_at LIMIT 500)";

inline constexpr char kNextDue[] =
    "SELECT run_at FROM jobs WHERE status='scheduled' ORDER BY run_at LIMIT 1";

// A lane's queued jobs stand in groups of one priority and project; these two step from group to
// group with one seek each. A comparison of the pair would visit every row of the group it leaves.
inline constexpr char kNextProject[] =
    "SELECT project FROM jobs WHERE status='queued' AND lane=? AND priority=? AND project>? "
    "ORDER BY project LIMIT 1";
inline constexpr char kNextPriority[] =
    "SELECT priority, project FROM jobs WHERE status='queued' AND lane=? AND priority>? "
    "ORDER BY priority, project LIMIT 1";

// NOLINTBEGIN(cppcoreguidelines-macro-usage): only a macro joins string literals.

/// Jobs of paused, parked, ended and blocked tasks wait; what only records an end does not: a
/// finalizer, and a merge that was cancelled at work, which looks whether it landed.
#define ORCH_MAY_RUN(job)                                                                   \
    "(" job ".task_id IS NULL OR " job ".kind='finalize' OR (" job ".kind='merge' AND " job \
    ".cancel_requested<>0) OR EXISTS (SELECT 1 FROM tasks "                                 \
    "WHERE tasks.id=" job ".task_id AND tasks.state='active' AND tasks.blocked_job IS NULL))"

/// What a row of `jobs` waits for in its project's lane of deploys: one that runs, or one in front
/// of it that may run. A finalizer is in front by its priority.
#define ORCH_AHEAD                                                                      \
    "SELECT ahead.id FROM jobs AS ahead WHERE ahead.project=jobs.project AND "          \
    "ahead.kind IN ('deploy','finalize') AND ahead.status IN ('queued','running') AND " \
    "ahead.id<>jobs.id AND (ahead.status='running' OR ((ahead.priority, ahead.id)<"     \
    "(jobs.priority, jobs.id) AND " ORCH_MAY_RUN("ahead") "))"

/// A deploy of the project whose command nobody could end yet.
#define ORCH_SURVIVOR                                                                       \
    "SELECT survivor.id FROM tasks JOIN jobs AS survivor ON survivor.id=tasks.blocked_job " \
    "WHERE tasks.blocked_job IS NOT NULL AND survivor.kind='deploy' AND "                   \
    "survivor.project=jobs.project"

/// A group's oldest jobs that may run; those of the reserved lane only when their agent is in the
/// last parameter, a list of "\nNAME\n", or that is NULL.
inline constexpr char kCandidates[] =
    "SELECT id FROM jobs WHERE status='queued' AND lane=?1 AND priority=?2 AND project=?3 AND "
    ORCH_MAY_RUN("jobs") " AND "
    "(kind NOT IN ('deploy','finalize') OR NOT EXISTS (" ORCH_AHEAD ")) AND "
    "(kind<>'deploy' OR NOT EXISTS (" ORCH_SURVIVOR ")) AND "
    "(lane<>'reserved' OR ?5 IS NULL OR instr(?5, char(10)||agent||char(10))>0) AND "
    // ?6 is given for a project that is closed.
    "(?6 IS NULL OR task_id IS NULL OR "
    "(lane='reserved' AND instr(?6, char(10)||agent||char(10))>0)) "
    "ORDER BY id LIMIT ?4";

/// The job that a queued deploy waits for, by the very conditions of its claim.
inline constexpr char kDeployAhead[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE id=(SELECT coalesce("
    "(" ORCH_AHEAD
    " ORDER BY ahead.status='queued', ahead.priority, ahead.id LIMIT 1), "
    "iif(kind='deploy', (" ORCH_SURVIVOR
    " LIMIT 1), NULL)) FROM jobs WHERE jobs.id=? "
    "AND kind IN ('deploy','finalize'))";

// NOLINTEND(cppcoreguidelines-macro-usage)

/// Of whatever task: what the base does is everybody's.
inline constexpr char kBaseChecks[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE kind='base_check' AND project=? ORDER BY id DESC LIMIT 20";

inline constexpr char kProcessWaits[] =
    "SELECT 1 FROM jobs WHERE status='queued' AND lane IN ('agent','exec') AND "
    "(task_id IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE tasks.id=jobs.task_id AND "
    "tasks.state='active' AND tasks.blocked_job IS NULL)) LIMIT 1";

inline constexpr char kRunningByProject[] =
    "SELECT project, count(*) FROM jobs WHERE status='running' AND lane=? GROUP BY project";

/// Attempts of a lane whose death is not verified and that are not counted as running rows.
inline constexpr char kUnverified[] =
    "SELECT count(*) FROM tasks LEFT JOIN jobs ON jobs.id=tasks.blocked_job "
    "WHERE tasks.blocked_job IS NOT NULL AND coalesce(jobs.lane, 'agent')=? AND "
    "NOT (coalesce(jobs.status, '')='running' AND jobs.attempt=tasks.blocked_attempt)";

inline constexpr char kClaim[] =
    "UPDATE jobs SET status='running', attempt=attempt+1, started_at=?, awake_since=?, boot_id=?, "
    "pid_space=?, pid=NULL, pid_start=NULL, deadline_at=NULL, cancel_requested=iif(kind='merge', "
    "cancel_requested, 0), "
    "exit_code=NULL, artefact_hash='' "
    "WHERE id=? AND status='queued' RETURNING " ORCH_JOB_COLUMNS;

inline constexpr char kInsertAttempt[] =
    "INSERT INTO attempts(job_id, n, boot_id, started_at) VALUES(?, ?, ?, ?)";

inline constexpr char kFinish[] =
    "UPDATE jobs SET status=?, run_at=?, failures=?, lost_count=?, reason=?, finished_at=?, "
    "exit_code=?, artefact_hash=? WHERE id=? AND status='running' AND attempt=? AND "
    "iif(?, pid IS ? AND pid_start IS ?, 1)";

inline constexpr char kFinishAttempt[] =
    "UPDATE attempts SET ended_at=?, outcome=?, exit_code=?, signal=?, detail=?, "
    "artefact_hash=? WHERE job_id=? AND n=?";

/// What is said of every running attempt: from the index of running rows, whatever the history.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro joins string literals.
#define ORCH_RUNNING_ROWS                                                                       \
    "SELECT id, attempt, task_id, project, stage, agent, kind, lane, pid, pid_start, boot_id, " \
    "pid_space, awake_since, cancel_requested, iif(kind='command', payload, '{}') FROM jobs "   \
    "WHERE status='running'"
inline constexpr char kRunningRows[] = ORCH_RUNNING_ROWS " ORDER BY +id";
inline constexpr char kRunningRow[] = ORCH_RUNNING_ROWS " AND id=? AND attempt=?";

inline constexpr char kRunning[] =
    "SELECT " ORCH_JOB_COLUMNS " FROM jobs WHERE status='running' ORDER BY +id";

/// Two queries, since a partial index serves one status only; by id inside they would rather walk
/// the whole table in its order.
inline constexpr char kWaiting[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE id IN (SELECT id FROM jobs WHERE status='queued' "
    "UNION ALL SELECT id FROM jobs WHERE status='scheduled') ORDER BY id LIMIT ?";

inline constexpr char kRecent[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE finished_at IS NOT NULL ORDER BY finished_at DESC, id DESC LIMIT ?";

inline constexpr char kOfTask[] =
    "SELECT " ORCH_JOB_COLUMNS " FROM jobs WHERE task_id=? ORDER BY id DESC LIMIT ?";

inline constexpr char kLiveOfTask[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE task_id=? AND status IN ('scheduled','queued','running') "
    "ORDER BY id DESC LIMIT 1";

inline constexpr char kLastOfTask[] =
    "SELECT " ORCH_JOB_COLUMNS
    " FROM jobs WHERE task_id=? AND stage=? AND kind=? ORDER BY id DESC LIMIT 1";

}  // namespace orch::jobs_sql

#pragma once

#include <string>

#include "core/job.hpp"
#include "store/statement.hpp"

namespace orch {

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro joins string literals.
#define ORCH_JOB_COLUMNS                                                                  \
    "id, task_id, project, stage, agent, kind, lane, visit, payload, priority, status, "  \
    "run_at, unique_key, attempt, max_failures, failures, lost_count, pid, pid_start, "   \
    "boot_id, created_at, started_at, finished_at, cancel_requested, reason, exit_code, " \
    "artefact_hash"

/// The statement's current row, selected as ORCH_JOB_COLUMNS. Throws StoreError naming the row
/// when it holds what this program cannot read.
[[nodiscard]] Job readJob(const Statement& row);

/// All rows of a query over ORCH_JOB_COLUMNS. A row with a damaged payload appears with an empty
/// one and a reason that says so; a row whose lane, kind or status is unknown is left out: nothing
/// may be done to it.
[[nodiscard]] std::vector<Job> readJobs(Statement& query);

}  // namespace orch

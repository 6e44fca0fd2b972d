#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/job.hpp"
#include "store/jobs.hpp"

namespace orch {

/// A row that says running, as far as it tells who runs and since when: without what a Job holds
/// beyond that, so that a thousand of them cost little.
struct RunningRow {
    AttemptKey key;
    std::optional<TaskId> task;
    std::string project, stage, agent;
    WorkKind kind{};
    Lane lane{};
    SeenProcess process;
    std::string boot_id, pid_space;           ///< of the claim; empty: an older row
    std::optional<std::int64_t> awake_since;  ///< toMilliseconds(AwakeTime) of that boot
    bool cancel_requested = false;
    std::optional<Milliseconds> timeout;  ///< that the row itself names

    [[nodiscard]] std::string subject() const;  ///< "T-3", "job 7"
};

/// By id. A row whose lane or kind this program does not know is left out: nothing may be done to
/// it.
[[nodiscard]] std::vector<RunningRow> runningRows(Connection& db);

/// Of this attempt while it runs; nothing otherwise.
[[nodiscard]] std::optional<RunningRow> runningRow(Connection& db, AttemptKey key);

/// Who an attempt's process was, as its row still tells, whatever its status; nothing once the job
/// was claimed again.
struct NotedProcess {
    SeenProcess process;
    std::string boot_id, pid_space;
};
[[nodiscard]] std::optional<NotedProcess> notedProcess(Connection& db, AttemptKey key);

}  // namespace orch

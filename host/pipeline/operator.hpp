#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "core/job.hpp"
#include "core/verdict.hpp"
#include "store/backup.hpp"
#include "store/tasks.hpp"

namespace orch {

/// Why a task stands where it stands, from the very predicates that decide. `lines` is never empty.
struct Explanation {
    TaskId task{};
    std::string summary;               ///< one sentence: task, stage, since when, state
    std::vector<std::string> lines;    ///< what it waits for and why, the newest cause first
    std::vector<Verdict> verdicts;     ///< of the gates of its stage, judged just now
    std::vector<std::string> actions;  ///< orchctl commands that help
};

struct WorkItem {
    std::string project, title, description;
    std::string idempotency_key;  ///< empty: none
};

/// What a person may order. Every call is durable when it returns, writes one journal row with
/// `by`, and wakes the engine. Throws Refused with a sentence when it is not allowed now. Calls may
/// block on the store for up to 10 s; thread-safe.
class Operator {
public:
    virtual ~Operator() = default;

    virtual CreatedTask create(const WorkItem& item, const std::string& by) = 0;
    /// At a human gate only, by one of the project's approvers; bound to the artefact shown now.
    virtual void approve(TaskId task, const std::string& by, const std::string& comment) = 0;
    virtual void reject(TaskId task, const std::string& by, const std::string& comment) = 0;
    /// Sends the task back to the stage its stage's back edge names, with `text`; resets the
    /// brakes.
    virtual void rework(TaskId task, const std::string& by, const std::string& text) = 0;
    /// Lets a red gate count as green for this very head and artefact; of a task whose commit is in
    /// quarantine, lets it be deployed again.
    virtual void overrule(TaskId task, const std::string& by, const std::string& because) = 0;
    virtual void pause(TaskId task, const std::string& by, const std::string& why) = 0;
    virtual void resume(TaskId task, const std::string& by) = 0;
    /// Runs the stage's work again with fresh budgets; for parked tasks.
    virtual void retry(TaskId task, const std::string& by) = 0;
    virtual void cancel(TaskId task, const std::string& by, const std::string& why) = 0;

    virtual void cancelJob(JobId job, const std::string& by) = 0;
    virtual void pauseQueue(const std::string& by) = 0;
    virtual void resumeQueue(const std::string& by) = 0;

    /// orch::backUp() with its journal row. One at a time; no bound, and nothing of the engine's.
    virtual BackupMade backUp(const std::filesystem::path& file,
                              const std::string& by,
                              const BackupRest& rest) = 0;

    [[nodiscard]] virtual Explanation explain(TaskId task) = 0;
    /// What a waiting job waits for besides a slot, as far as one row tells; empty: nothing.
    [[nodiscard]] virtual std::string waitsFor(const Job& job) const = 0;
    /// Was this running attempt taken over from an earlier orchd?
    [[nodiscard]] virtual bool adopted(AttemptKey key) const = 0;
    /// Where an attempt's out.log is.
    [[nodiscard]] virtual std::filesystem::path logOf(AttemptKey key) const = 0;
};

}  // namespace orch

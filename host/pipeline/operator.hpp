#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "core/change.hpp"
#include "core/gates.hpp"
#include "core/job.hpp"
#include "core/verdict.hpp"
#include "store/backup.hpp"
#include "store/tasks.hpp"

namespace orch {

/// A verdict that a person may answer to, and what the answer counts for.
struct Standing {
    std::string verb;  ///< "approve" (or reject), "override"
    std::string gate;
    std::string what;      ///< "01-analysis.md", "the head"
    std::string bound_to;  ///< the artefact's hash, or a commit: what an answer says in `shown`
    std::string reason;    ///< the verdict's
};

/// A person's answer to a verdict.
struct Answer {
    std::string by, comment;
    std::string shown;  ///< what the person was shown: Standing::bound_to, or a beginning of it
};

/// What the person was shown is not what stands there, or nothing was; nothing is recorded.
class NotAsShown : public Refused {
public:
    NotAsShown(Why why,
               const std::string& message,
               std::string shown,
               std::vector<Standing> present)
        : Refused(why, message), shown_(std::move(shown)), present_(std::move(present)) {}
    [[nodiscard]] const std::string& shown() const { return shown_; }
    [[nodiscard]] const std::vector<Standing>& present() const { return present_; }

private:
    std::string shown_;
    std::vector<Standing> present_;
};

/// What a task changes, for people to look at.
struct TaskDiff {
    std::string base, head;  ///< commits
    Diff diff;
};

/// Why a task stands where it stands, from the very predicates that decide. `lines` is never empty.
struct Explanation {
    TaskId task{};
    std::string summary;               ///< one sentence: task, stage, since when, state
    std::vector<std::string> lines;    ///< what it waits for and why, the newest cause first
    std::vector<Verdict> verdicts;     ///< of the gates of its stage, judged just now
    std::vector<Standing> standing;    ///< those of them that a person may answer to
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
    /// At a human gate only, by one of the project's approvers, and for what was shown, which must
    /// be said; throws NotAsShown (kInvalid) when it is not, (kConflict) when it is something else.
    virtual void approve(TaskId task, const Answer& answer) = 0;
    /// The same; without `shown` it is about what stands there now.
    virtual void reject(TaskId task, const Answer& answer) = 0;
    /// Sends the task back to the stage its stage's back edge names, with `text`; resets the
    /// brakes.
    virtual void rework(TaskId task, const std::string& by, const std::string& text) = 0;
    /// Lets a red gate count as green for this very head and artefact; of a task whose commit is in
    /// quarantine, lets it be deployed again. `shown` as in approve().
    virtual void overrule(TaskId task, const Answer& answer) = 0;
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
    /// The newest artefact of that name as it was judged; throws Refused (kNotFound) without one.
    [[nodiscard]] virtual Artefact artefactOf(TaskId task, const std::string& artefact) = 0;
    /// What the task's head changes on the base, at most 1 MB. Throws Refused when it has nothing
    /// to show or the repository is busy, RemoteError when it does not answer.
    [[nodiscard]] virtual TaskDiff diffOf(TaskId task) = 0;
    /// What a waiting job waits for besides a slot, as far as one row tells; empty: nothing.
    [[nodiscard]] virtual std::string waitsFor(const Job& job) const = 0;
    /// Was this running attempt taken over from an earlier orchd?
    [[nodiscard]] virtual bool adopted(AttemptKey key) const = 0;
    /// Where an attempt's out.log is.
    [[nodiscard]] virtual std::filesystem::path logOf(AttemptKey key) const = 0;
};

}  // namespace orch

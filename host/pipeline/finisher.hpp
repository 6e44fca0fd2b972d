#pragma once

#include <functional>

#include "core/launcher.hpp"
#include "pipeline/engine.hpp"

namespace orch {

/// The one way an attempt ends (QUEUE.md): supervisor, recovery, worker and reserved handlers all
/// come here; the guarded row decides who was first.
class Finisher final : public AttemptListener {
public:
    Finisher(Store& store, const Setup& setup, Engine& engine, Lanes& lanes, Alarm& alarm);

    // AttemptListener: from the launcher's supervisor; both hand on and return at once.
    void attemptStarted(const ProcRecord& proc) override;
    void attemptEnded(AttemptKey key, const AttemptObservation& seen) override;

    /// Finishes the attempt in a transaction of its own and lets its task advance. `also` runs in
    /// the same transaction when this call was first. Throws StoreError; must not be called on the
    /// writer's thread.
    void finish(AttemptKey key, Ended ended, const std::function<void(Tx&, const Job&)>& also = {});

    /// Runs `closure` on the writer and lets the task it answers advance: for who finishes an
    /// attempt under a guard of its own. Throws StoreError, or what the closure threw.
    void settle(const std::function<std::optional<TaskId>(Tx&)>& closure);

    /// The same for many at once, in one transaction together with `also` (recovery).
    struct End {
        AttemptKey key;
        Ended ended;
    };
    void finishAll(std::vector<End> ends, const std::function<void(Tx&)>& also);

    /// Fills in the artefact's hash: reads and writes files, so before a transaction.
    void addArtefact(AttemptKey key, Ended& ended) const;

private:
    void endedOnLane(AttemptKey key, const AttemptObservation& seen);

    Store& store_;
    const Setup& setup_;
    Engine& engine_;
    Lanes& lanes_;
    Alarm& alarm_;
};

/// Who ends an attempt that he only watched from afar, and why.
struct EndedBy {
    SeenProcess process;   ///< as the row named it when he looked: part of the guard
    std::string actor;     ///< "plugin:reaper#3"
    std::string rule;      ///< of the one journal row, which finishAttempt completes
    std::string decision;  ///< a sentence
    Evidence evidence;
};

/// finishAttempt's transaction; that of a deploy's command also enqueues the deploy-finalizer.
/// Answers the task to look at next, if any. An end that comes too late is noted beside the first,
/// and frees the task that waited for it; with `by` nothing happens then.
std::optional<TaskId> finishAttempt(Tx& tx,
                                    const Setup& setup,
                                    AttemptKey key,
                                    const Ended& ended,
                                    const std::function<void(Tx&, const Job&)>& also = {},
                                    const EndedBy* by = nullptr);

/// Clears the block of a task by an attempt whose end was verified, journalled; false: that attempt
/// blocks nothing.
bool freeTask(Tx& tx, TaskId task, AttemptKey by);

}  // namespace orch

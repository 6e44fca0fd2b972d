#include "pipeline/desk/cancel_orders.hpp"

#include <memory>
#include <optional>

#include "core/names.hpp"
#include "pipeline/desk/moves.hpp"
#include "pipeline/desk/refusals.hpp"
#include "pipeline/desk/write_bounded.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"

namespace orch {

namespace {

struct Cancelled {
    Job job;
    CancelEffect effect{};
};

/// Only records what has happened already: there is nothing to cancel about it.
bool isRecorder(const Job& job) {
    return job.payload.kind == WorkKind::kFinalize;
}

/// A deploy whose command never began has nothing to be finalised.
CancelEffect cancelWork(Tx& tx, const Job& job, const std::string& reason) {
    const auto effect = requestCancel(tx, job.id, reason);
    if (effect == CancelEffect::kEnded && job.payload.kind == WorkKind::kDeploy) {
        endDeploy(
            tx, job.project, deployNumber(job.payload), {DeployState::kCancelled, {}, reason});
    }
    return effect;
}

Cancelled cancelled(Tx& tx, JobId id, const std::string& by) {
    const auto job = findJob(tx.db(), id);
    const auto number = std::to_string(raw(id));
    if (!job) throw Refused(Refused::Why::kNotFound, "there is no job " + number);
    if (isRecorder(*job)) refuse("job " + number + " records how a deploy ended: let it");
    const auto effect = cancelWork(tx, *job, "cancelled by " + by);
    if (effect == CancelEffect::kNone) {
        refuse("job " + number + " has ended already (" + std::string(nameOf(job->status)) + ")");
    }
    writeJournal(tx,
                 {.actor = "operator:" + by,
                  .subject = job->task ? name(*job->task) : "job " + number,
                  .rule = "cancel_job",
                  .decision = "cancel of " + job->agent + " job " + number + " by " + by,
                  .evidence = {{"job", number}}});
    return {*job, effect};
}

}  // namespace

void CancelOrders::cancel(TaskId id, const std::string& by, const std::string& why) const {
    // Shared: the closure may outlive a wait that passed its bound.
    const auto running = std::make_shared<std::optional<AttemptKey>>();
    orders_.carryOut(id, {"cancel", by, why}, [=](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        const auto job = liveJobOf(tx.db(), id);
        if (job && !isRecorder(*job) &&
            cancelWork(tx, *job, "task cancelled by " + by) == CancelEffect::kRequested) {
            *running = job->key();
        }
        task.state = TaskState::kCancelled;
        task.reason = "by " + by + (why.empty() ? "" : ": " + why);
        saveTask(tx, task);
    });
    if (*running) launcher_.cancel(**running);
}

void CancelOrders::cancelJob(JobId id, const std::string& by) const {
    const auto done = writeBounded(store_, [id, by](Tx& tx) { return cancelled(tx, id, by); });
    if (done.effect == CancelEffect::kRequested) launcher_.cancel(done.job.key());
    if (done.job.task) engine_.advance(*done.job.task);
}

}  // namespace orch

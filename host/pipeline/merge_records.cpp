#include "pipeline/merge_records.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "pipeline/finisher.hpp"
#include "store/journal.hpp"
#include "store/merge_fence.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

MergeExit exitOf(Landed::Kind kind) {
    switch (kind) {
        case Landed::Kind::kMerged:
        case Landed::Kind::kAlreadyMerged:
            return MergeExit::kLanded;
        case Landed::Kind::kConflict:
            return MergeExit::kConflict;
        case Landed::Kind::kBaseMoved:
            return MergeExit::kBaseMoved;
        case Landed::Kind::kReverted:
            return MergeExit::kReverted;
        case Landed::Kind::kWithdrawn:
            return MergeExit::kWithdrawn;
        case Landed::Kind::kRefused:
            return MergeExit::kRefused;
    }
    return MergeExit::kLater;
}

std::string spoken(const Landed& landed) {
    if (!landed.reason.empty()) return landed.reason;
    const auto sha = shortSha(landed.sha);
    return landed.kind == Landed::Kind::kMerged ? "merged " + sha : "found on the base as " + sha;
}

/// Who cancelled it thinks that it is not on the base.
void tellOfCancelled(Tx& tx, const Task& task) {
    writeOutbox(
        tx,
        {.kind = "notify",
         .target = task.project,
         .subject = name(task.id),
         .text = name(task.id) + " was cancelled when its merge had begun: it was merged as " +
                 shortSha(task.merge_sha) + "; revert that if it must not stay",
         .key = "merged:" + name(task.id) + ":" + task.merge_sha});
}

void recordLanding(Tx& tx, const Job& job, const MergeEnd& end) {
    auto task = findTask(tx.db(), *job.task);
    if (!task) return;
    task->merge_sha = end.landed.sha;
    updateTask(tx, *task);
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = name(task->id),
                  .rule = "merge",
                  .decision = spoken(end.landed),
                  .evidence = {{"merge", end.landed.sha},
                               {"job", std::to_string(raw(job.id))},
                               {"fence", std::to_string(end.token)}}});
    if (task->state == TaskState::kCancelled) tellOfCancelled(tx, *task);
}

/// The repository waits for a person (a checkout with changes): told once a job, since what a hook
/// says or which files are changed may be something else with every try.
void notifyRefusal(Tx& tx, const Job& job, const MergeEnd& end) {
    const auto task = name(*job.task);
    writeOutbox(tx,
                {.kind = "notify",
                 .target = job.project,
                 .subject = task,
                 .text = task + " cannot be merged yet: " + end.landed.reason,
                 .key = "merge:" + task + ":" + std::to_string(raw(job.id))});
}

Ended mergeEnded(MergeExit exit, const std::string& detail) {
    return {.outcome = Outcome::kExited, .exit_code = static_cast<int>(exit), .detail = detail};
}

void also(Tx& tx, const Job& job, const MergeEnd& end) {
    if (exitOf(end.landed.kind) == MergeExit::kLanded) {
        recordLanding(tx, job, end);
        wakeMerges(tx, job.project);
    }
    if (end.landed.kind == Landed::Kind::kRefused) notifyRefusal(tx, job, end);
}

}  // namespace

void requireWanted(const std::optional<Job>& job) {
    if (job && job->cancel_requested) throw Refused(Refused::Why::kConflict, job->reason);
}

std::int64_t beginMerge(Tx& tx,
                        const Job& job,
                        const LandRequest& request,
                        const std::string& repository) {
    requireWanted(findJob(tx.db(), job.id));
    Payload payload = job.payload;
    payload.head = request.head;
    payload.base = request.expected_base;
    if (!setPayload(tx, job.key(), payload)) {
        throw LeaseLost("merge attempt " + name(job.key()) + " is not running any more");
    }
    return takeMergeFence(tx, repository);
}

std::optional<TaskId> finishMerge(Tx& tx, const Setup& setup, const MergeEnd& end) {
    if (!holdsMergeFence(tx.db(), end.repository, end.token)) {
        return finishAttempt(
            tx,
            setup,
            end.key,
            mergeLater("nothing is recorded: a later merge lease than its own was given out"));
    }
    std::optional<TaskId> told;
    const auto next = finishAttempt(tx,
                                    setup,
                                    end.key,
                                    mergeEnded(exitOf(end.landed.kind), spoken(end.landed)),
                                    [&](Tx& same, const Job& job) {
                                        also(same, job, end);
                                        told = job.task;
                                    });
    return next ? next : told;  // whoever looks at the task sends what was written to people
}

std::optional<TaskId> finishCancelledMerge(Tx& tx,
                                           const Setup& setup,
                                           AttemptKey key,
                                           const std::optional<std::string>& found,
                                           const std::string& why) {
    if (!found) {
        return finishAttempt(tx, setup, key, {.outcome = Outcome::kCancelled, .detail = why});
    }
    const MergeEnd end{key, {}, 0, {Landed::Kind::kAlreadyMerged, *found, {}}};
    return finishAttempt(tx,
                         setup,
                         key,
                         mergeEnded(MergeExit::kLanded, spoken(end.landed)),
                         [&](Tx& same, const Job& job) { also(same, job, end); });
}

Ended mergeVoid(const std::string& reason) {
    return mergeEnded(MergeExit::kVoid, reason);
}

Ended mergeLater(const std::string& reason) {
    return mergeEnded(MergeExit::kLater, reason);
}

}  // namespace orch

#include "pipeline/merger.hpp"

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "store/journal.hpp"
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
        case Landed::Kind::kRefused:
            return MergeExit::kRefused;
    }
    return MergeExit::kRefused;
}

std::string spoken(const Landed& landed) {
    if (!landed.reason.empty()) return landed.reason;
    const auto sha = landed.sha.substr(0, 7);
    return landed.kind == Landed::Kind::kMerged ? "merged " + sha : "found on the base as " + sha;
}

void recordLanding(Tx& tx, const Job& job, const Landed& landed) {
    auto task = findTask(tx.db(), *job.task);
    if (!task) return;
    task->merge_sha = landed.sha;
    updateTask(tx, *task);
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = name(task->id),
                  .rule = "merge",
                  .decision = spoken(landed),
                  .evidence = {{"merge", landed.sha}, {"job", std::to_string(raw(job.id))}}});
}

/// The last check of this task, in whatever stage before this one: it passed, or a person overruled
/// it, or the task would not be here.
std::optional<Job> lastCheck(Connection& db, TaskId task) {
    for (auto& job : jobsOfTask(db, task, 100)) {
        if (job.payload.kind == WorkKind::kCheck && isFinal(job.status)) return job;
    }
    return {};
}

}  // namespace

Merger::Merger(Store& store,
               const Setup& setup,
               const Repositories& repositories,
               Finisher& finisher)
    : store_(store), setup_(setup), repositories_(repositories), finisher_(finisher) {}

LandRequest Merger::requestFor(const Task& task, Forge& forge) const {
    LandRequest request{.task = name(task.id), .branch = task.branch(), .title = task.title};
    const auto base = forge.fetchBase();
    const auto check = store_.read([&](Connection& db) { return lastCheck(db, task.id); });
    const auto* stage = setup_.pipeline.find(task.stage);
    request.head =
        check ? check->payload.head : forge.workState(setup_.worktree(task.id), task.branch()).head;
    const bool pinned = check && stage != nullptr && stage->retest_on_base_change;
    request.expected_base = pinned ? check->payload.base : base;
    return request;
}

Landed Merger::land(const Task& task) {
    Forge& forge = repositories_.of(task.project);
    return forge.land(requestFor(task, forge));
}

void Merger::finish(const Job& job, const Landed& landed) {
    const auto exit = exitOf(landed.kind);
    const auto also = exit == MergeExit::kLanded
                          ? [&landed](Tx& tx, const Job& row) { recordLanding(tx, row, landed); }
                          : std::function<void(Tx&, const Job&)>{};
    finisher_.finish(job.key(),
                     {.outcome = Outcome::kExited,
                      .exit_code = static_cast<int>(exit),
                      .detail = spoken(landed)},
                     also);
}

void Merger::run(const Job& job) {
    const auto task = store_.read([&](Connection& db) { return findTask(db, *job.task); });
    try {
        if (!task) throw Error("task " + name(*job.task) + " is gone");
        crashPoint("merge.before_landing");
        const auto landed = land(*task);
        crashPoint("merge.landed");
        finish(job, landed);
    } catch (const StoreError&) {
        throw;
    } catch (const Error& error) {
        finisher_.finish(job.key(), {.outcome = Outcome::kStartFailed, .detail = error.what()});
    }
}

}  // namespace orch

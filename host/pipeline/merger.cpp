#include "pipeline/merger.hpp"

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "core/gates_of_landing.hpp"
#include "core/merge_turn.hpp"
#include "pipeline/merge_records.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

/// The last check of this task, in whatever stage before this one: it passed, or a person overruled
/// it, or the task would not be here.
std::optional<Job> lastCheck(Connection& db, TaskId task) {
    for (auto& job : jobsOfTask(db, task, 100)) {
        if (job.payload.kind == WorkKind::kCheck && isFinal(job.status)) return job;
    }
    return {};
}

std::optional<Retested> landsFirst(Connection& db, const Task& asking) {
    std::vector<Retested> others;
    for (const auto id : landingTasks(db, asking.project)) {
        const auto other = id == asking.id ? std::nullopt : findTask(db, id);
        if (other) others.push_back({id, other->progress.retests});
    }
    return landsBefore(asking, others);
}

std::string waitsForTurn(const Retested& first) {
    return "lets " + name(first.task) + " land first, which others overtook " +
           std::to_string(first.retests) + " times";
}

/// Two projects on one repository share its lease and its tokens.
std::string repositoryOf(const Setup& setup, const std::string& project) {
    return realPathOf(setup.projects.at(project).path).string();
}

}  // namespace

Merger::Merger(Store& store,
               const Setup& setup,
               Repositories& repositories,
               const Observer& observer,
               MergeLeases& leases,
               Finisher& finisher)
    : store_(store),
      setup_(setup),
      repositories_(repositories),
      observer_(observer),
      leases_(leases),
      finisher_(finisher) {}

LandRequest Merger::requestFor(const Facts& facts) const {
    const auto& task = facts.task;
    LandRequest request{.task = name(task.id),
                        .branch = task.branch(),
                        .head = facts.work->head,
                        .expected_base = *facts.base,
                        .title = task.title,
                        .trailers = trailersOf(facts)};
    const auto check = store_.read([&](Connection& db) { return lastCheck(db, task.id); });
    if (check && facts.stage.retest_on_base_change) request.expected_base = check->payload.base;
    return request;
}

std::variant<LeaseProof, MergeLeases::Busy> Merger::lease(const Job& job,
                                                          const LandRequest& request,
                                                          const std::string& repository) {
    return leases_.acquire(
        {.repository = repository, .task = request.task, .job = job.key(), .next_token = [&] {
             return store_.write([&](Tx& tx) { return beginMerge(tx, job, request, repository); });
         }});
}

/// The lease is kept until the bookkeeping is committed: what it guards is both.
void Merger::land(const Job& job,
                  const LandRequest& request,
                  const std::string& repository,
                  const LeaseProof& proof) {
    crashPoint("merge.before_landing");
    const auto landed = repositories_.of(job.project).land(request, proof);
    crashPoint("merge.landed");
    const MergeEnd end{job.key(), repository, proof.token(), landed};
    finisher_.settle([&](Tx& tx) { return finishMerge(tx, setup_, end); });
    crashPoint("merge.recorded");
}

/// Cancelled while it waited, or while an orchd that is gone was at it: that one may have landed
/// it.
void Merger::endCancelled(const Job& job) {
    const auto row = store_.read([&](Connection& db) { return findJob(db, job.id); });
    const auto head = row ? row->payload.head : "";
    const auto found =
        head.empty() ? std::nullopt : repositories_.of(job.project).landedAs(name(*job.task), head);
    const std::string why = row ? row->reason : "cancelled";
    finisher_.settle(
        [&](Tx& tx) { return finishCancelledMerge(tx, setup_, job.key(), found, why); });
}

void Merger::merge(const Job& job) {
    store_.read([&](Connection& db) { requireWanted(findJob(db, job.id)); });
    const auto task = store_.read([&](Connection& db) { return findTask(db, *job.task); });
    if (!task) throw Error("task " + name(*job.task) + " is gone");
    const auto first = store_.read([&](Connection& db) { return landsFirst(db, *task); });
    if (first) return finisher_.finish(job.key(), mergeLater(waitsForTurn(*first)));
    const auto facts = observer_.observe(*task);
    if (!facts.work) throw RemoteError(facts.work.trouble, true);
    if (!facts.base) throw RemoteError(facts.base.trouble, true);
    // Between the gate's look and this one somebody may have moved the head.
    if (const auto verdict = heldBack(facts)) {
        return finisher_.finish(job.key(), mergeVoid(verdict->reason));
    }
    const auto request = requestFor(facts);
    const auto repository = repositoryOf(setup_, task->project);
    const auto leased = lease(job, request, repository);
    if (const auto* proof = std::get_if<LeaseProof>(&leased)) {
        return land(job, request, repository, *proof);
    }
    finisher_.finish(
        job.key(),
        mergeLater("waits for the merge lease: " + std::get<MergeLeases::Busy>(leased).reason));
}

void Merger::mergeOrEnd(const Job& job) {
    try {
        merge(job);
    } catch (const Refused&) {
        endCancelled(job);
    }
}

void Merger::run(const Job& job) {
    try {
        mergeOrEnd(job);
    } catch (const StoreError&) {
        throw;
    } catch (const ProjectHeld&) {
        throw;
    } catch (const LeaseLost& lost) {
        finisher_.finish(job.key(), mergeLater(lost.what()));
    } catch (const Error& error) {
        repositories_.recheck(job.project);
        finisher_.finish(job.key(), {.outcome = Outcome::kStartFailed, .detail = error.what()});
    }
}

}  // namespace orch

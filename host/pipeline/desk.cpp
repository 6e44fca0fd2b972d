#include "pipeline/desk.hpp"

#include <algorithm>
#include <future>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/names.hpp"
#include "pipeline/work.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kWriteBound{10};

[[noreturn]] void refuse(const std::string& sentence) {
    throw Refused(Refused::Why::kConflict, sentence);
}

/// What is ordered must be known to be done or not before it is answered, within a bound. The
/// closure may run after that: it owns what it uses.
template <class F>
auto writeBounded(Store& store, F closure) {
    auto future = store.post(std::move(closure));
    if (future.wait_for(kWriteBound) != std::future_status::ready) {
        throw StoreError("the database did not answer within 10 s: look again whether it happened");
    }
    return future.get();
}

void refuseUnlessOpen(const Task& task) {
    if (task.state == TaskState::kDone || task.state == TaskState::kCancelled) {
        refuse(name(task.id) + " is " + std::string(nameOf(task.state)));
    }
}

void refuseWhileAtWork(Tx& tx, const Task& task) {
    const auto job = liveJobOf(tx.db(), task.id);
    if (!job) return;
    const auto id = std::to_string(raw(job->id));
    refuse(name(task.id) + " is at work (" + job->agent + " job " + id + " is " +
           std::string(nameOf(job->status)) + "): wait for it, or orchctl job cancel " + id);
}

/// The recorded verdict of that colour in the task's present visit.
std::optional<VerdictRow> standing(Tx& tx, const Task& task, Colour colour) {
    for (auto& row : verdictsOf(tx.db(), task.id, 50)) {
        const bool here = row.stage == task.stage && row.visit == task.visit;
        if (here && row.verdict.colour == colour) return row;
    }
    return {};
}

std::string bindingOf(const VerdictRow& row) {
    return row.artefact_hash.empty() ? row.head : row.artefact_hash;
}

void refuseStranger(const Setup& setup, const Task& task, const std::string& by) {
    const auto project = setup.projects.find(task.project);
    if (project == setup.projects.end() || project->second.approvers.empty()) return;
    const auto& approvers = project->second.approvers;
    if (std::ranges::find(approvers, by) != approvers.end()) return;
    throw Refused(Refused::Why::kForbidden,
                  by + " is not an approver of " + task.project +
                      " (approvers: " + join(approvers, ", ") + ")");
}

/// Does the task stand still because its commit is in quarantine? Then not any more.
bool liftedQuarantine(Tx& tx, const Task& task, const std::string& by) {
    const auto stuck = standing(tx, task, Colour::kUnclear);
    if (!stuck || !isAboutQuarantine(stuck->verdict)) return false;
    return liftQuarantine(tx, task.project, task.merge_sha, by);
}

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

void save(Tx& tx, const Task& task) {
    if (!updateTask(tx, task)) refuse(name(task.id) + " changed meanwhile: look again");
}

/// A person moved it: the brakes start afresh.
void release(Task& task) {
    task.progress = {};
    task.reason.clear();
    task.state = TaskState::kActive;
}

}  // namespace

Desk::Desk(Store& store,
           const Setup& setup,
           Engine& engine,
           Admission& admission,
           Launcher& launcher,
           Recovery& recovery)
    : store_(store),
      setup_(setup),
      engine_(engine),
      launcher_(launcher),
      recovery_(recovery),
      explainer_(store, setup, engine, admission) {}

void Desk::order(TaskId id, const Order& order, const std::function<void(Tx&, Task&)>& change) {
    writeBounded(store_, [id, order, change](Tx& tx) {
        auto task = findTask(tx.db(), id);
        if (!task) throw Refused(Refused::Why::kNotFound, "there is no task " + name(id));
        change(tx, *task);
        writeJournal(tx,
                     {.actor = "operator:" + order.by,
                      .subject = name(id),
                      .rule = order.verb,
                      .decision = order.verb + " by " + order.by +
                                  (order.text.empty() ? "" : ": " + order.text),
                      .evidence = {{"stage", task->stage}}});
    });
    engine_.advance(id);
}

CreatedTask Desk::create(const WorkItem& item, const std::string& by) {
    if (!setup_.projects.contains(item.project)) {
        std::vector<std::string> names;
        for (const auto& [name, project] : setup_.projects) names.push_back(name);
        throw Refused(Refused::Why::kInvalid,
                      "there is no project " + item.project +
                          (names.empty() ? ": no project is configured yet (projects: in orch.yaml)"
                                         : " (there are: " + join(names, ", ") + ")"));
    }
    const auto created = writeBounded(store_, [this, item, by](Tx& tx) {
        const auto& first = setup_.pipeline.stages.front();
        const auto made = createTask(tx,
                                     {.project = item.project,
                                      .title = item.title,
                                      .description = item.description,
                                      .stage = first.name,
                                      .created_by = by,
                                      .idempotency_key = item.idempotency_key});
        if (!made.created) return made;
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = name(made.id),
                      .rule = "create",
                      .decision = "created \"" + item.title + "\" for " + item.project,
                      .evidence = {{"stage", first.name}}});
        if (const auto work = firstWork(first))
            enqueueWork(tx, setup_, *findTask(tx.db(), made.id), *work);
        return made;
    });
    engine_.advance(created.id);
    return created;
}

void Desk::answer(TaskId id, const Order& what, bool approve) {
    order(id, what, [=, this](Tx& tx, Task& task) {
        const auto question = standing(tx, task, Colour::kHuman);
        if (task.state != TaskState::kActive || !question) {
            refuse(name(id) + " does not wait for an approval in " + task.stage);
        }
        refuseStranger(setup_, task, what.by);
        recordApproval(tx,
                       id,
                       task.stage,
                       "approval",
                       {.by = what.by,
                        .approve = approve,
                        .bound_to = bindingOf(*question),
                        .comment = what.text,
                        .at = tx.at()});
    });
}

void Desk::approve(TaskId task, const std::string& by, const std::string& comment) {
    answer(task, {"approve", by, comment}, true);
}

void Desk::reject(TaskId task, const std::string& by, const std::string& comment) {
    answer(task, {"reject", by, comment}, false);
}

void Desk::rework(TaskId id, const std::string& by, const std::string& text) {
    order(id, {"rework", by, text}, [=, this](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        refuseWhileAtWork(tx, task);
        const auto* stage = setup_.pipeline.find(task.stage);
        if (stage == nullptr) refuse("stage " + task.stage + " is not in the pipeline any more");
        release(task);
        task.feedback = by + ": " + text;
        const auto to = stage->on_red.to.empty() ? stage->name : stage->on_red.to;
        if (!enterStage(tx, setup_, task, to)) refuse(name(id) + " changed meanwhile: look again");
    });
}

void Desk::overrule(TaskId id, const std::string& by, const std::string& because) {
    order(id, {"override", by, because}, [=, this](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        refuseWhileAtWork(tx, task);
        if (liftedQuarantine(tx, task, by)) return restart(tx, task);
        const auto red = standing(tx, task, Colour::kRed);
        if (!red) refuse(name(id) + " has no red gate in " + task.stage + " to override");
        recordApproval(tx,
                       id,
                       task.stage,
                       "override",
                       {.by = by,
                        .approve = true,
                        .bound_to = bindingOf(*red),
                        .comment = because,
                        .at = tx.at()});
        release(task);
        save(tx, task);
    });
}

void Desk::pause(TaskId id, const std::string& by, const std::string& why) {
    order(id, {"pause", by, why}, [=](Tx& tx, Task& task) {
        if (task.state != TaskState::kActive) {
            refuse(name(id) + " is " + std::string(nameOf(task.state)) +
                   ": only an active task can be paused");
        }
        task.state = TaskState::kPaused;
        task.reason = "by " + by + (why.empty() ? "" : ": " + why);
        save(tx, task);
    });
}

void Desk::resume(TaskId id, const std::string& by) {
    order(id, {"resume", by, ""}, [=](Tx& tx, Task& task) {
        if (task.state == TaskState::kParked) {
            refuse(name(id) + " is parked (" + task.reason +
                   "): use retry, rework, override or cancel");
        }
        if (task.state != TaskState::kPaused) refuse(name(id) + " is not paused");
        task.state = TaskState::kActive;
        task.reason.clear();
        save(tx, task);
    });
}

void Desk::retry(TaskId id, const std::string& by) {
    order(id, {"retry", by, ""}, [=, this](Tx& tx, Task& task) {
        if (task.state != TaskState::kParked)
            refuse(name(id) + " is not parked: there is nothing to retry");
        refuseWhileAtWork(tx, task);
        if (setup_.pipeline.find(task.stage) == nullptr) {
            refuse("stage " + task.stage + " is not in the pipeline any more");
        }
        restart(tx, task);
    });
}

void Desk::restart(Tx& tx, Task& task) const {
    release(task);
    const auto stage = task.stage;
    if (!enterStage(tx, setup_, task, stage)) {
        refuse(name(task.id) + " changed meanwhile: look again");
    }
}

void Desk::cancel(TaskId id, const std::string& by, const std::string& why) {
    // Shared: the closure may outlive a wait that passed its bound.
    const auto running = std::make_shared<std::optional<AttemptKey>>();
    order(id, {"cancel", by, why}, [=](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        const auto job = liveJobOf(tx.db(), id);
        if (job && !isRecorder(*job) &&
            cancelWork(tx, *job, "task cancelled by " + by) == CancelEffect::kRequested) {
            *running = job->key();
        }
        task.state = TaskState::kCancelled;
        task.reason = "by " + by + (why.empty() ? "" : ": " + why);
        save(tx, task);
    });
    if (*running) launcher_.cancel(**running);
}

void Desk::cancelJob(JobId id, const std::string& by) {
    struct Cancelled {
        Job job;
        CancelEffect effect{};
    };
    const auto done = writeBounded(store_, [id, by](Tx& tx) {
        const auto job = findJob(tx.db(), id);
        const auto number = std::to_string(raw(id));
        if (!job) throw Refused(Refused::Why::kNotFound, "there is no job " + number);
        if (isRecorder(*job)) refuse("job " + number + " records how a deploy ended: let it");
        const auto effect = cancelWork(tx, *job, "cancelled by " + by);
        if (effect == CancelEffect::kNone) {
            refuse("job " + number + " has ended already (" + std::string(nameOf(job->status)) +
                   ")");
        }
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = job->task ? name(*job->task) : "job " + number,
                      .rule = "cancel_job",
                      .decision = "cancel of " + job->agent + " job " + number + " by " + by,
                      .evidence = {{"job", number}}});
        return Cancelled{*job, effect};
    });
    if (done.effect == CancelEffect::kRequested) launcher_.cancel(done.job.key());
    if (done.job.task) engine_.advance(*done.job.task);
}

void Desk::setQueue(bool paused, const std::string& by) {
    writeBounded(store_, [paused, by](Tx& tx) {
        setQueuePaused(tx, paused);
        const std::string verb = paused ? "pause" : "resume";
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = "queue",
                      .rule = verb,
                      .decision = verb + " by " + by,
                      .evidence = {}});
    });
}

void Desk::pauseQueue(const std::string& by) {
    setQueue(true, by);
}
void Desk::resumeQueue(const std::string& by) {
    setQueue(false, by);
}

BackupMade Desk::backUp(const std::filesystem::path& file,
                        const std::string& by,
                        const BackupRest& rest) {
    const std::unique_lock alone(backing_up_, std::try_to_lock);
    if (!alone) refuse("a backup is being made already: wait for it");
    auto made = orch::backUp(store_, file, rest);
    writeBounded(store_, [by, file, made](Tx& tx) {
        writeJournal(tx,
                     {.actor = "operator:" + by,
                      .subject = "database",
                      .rule = "backup",
                      .decision = "backup to " + file.string() + " by " + by,
                      .evidence = {{"bytes", std::to_string(made.bytes)}, {"check", made.check}}});
    });
    return made;
}

Explanation Desk::explain(TaskId task) {
    return explainer_.explain(task);
}

bool Desk::adopted(AttemptKey key) const {
    return recovery_.adopted(key);
}

std::filesystem::path Desk::logOf(AttemptKey key) const {
    return launcher_.folderOf(key) / "out.log";
}

}  // namespace orch

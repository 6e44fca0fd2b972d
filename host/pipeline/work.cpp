#include "pipeline/work.hpp"

#include "base/error.hpp"
#include "core/merge_turn.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

void notify(Tx& tx, const Task& task, const std::string& text) {
    // The key holds the version: the same cause of the same state is told once.
    writeOutbox(tx,
                {.kind = "notify",
                 .target = task.project,
                 .subject = name(task.id),
                 .text = text,
                 .key = "notify:" + name(task.id) + ":" + std::to_string(task.version)});
}

NewJob newJob(const Task& task, Lane lane, WorkKind kind, std::string agent) {
    return {.task = task.id,
            .project = task.project,
            .stage = task.stage,
            .agent = std::move(agent),
            .lane = lane,
            .visit = task.visit,
            .payload = {.kind = kind},
            // One live job a task, whatever it does.
            .unique_key = "task:" + name(task.id)};
}

/// Records how the deploy ended that `command` belongs to. It goes before every deploy.
NewJob finalizerOf(const Job& command) {
    NewJob job = command;
    job.agent = "deploy-finalizer";
    job.lane = Lane::kReserved;
    job.payload.kind = WorkKind::kFinalize;
    job.priority = 0;
    job.run_at.reset();
    return job;
}

void enqueue(Tx& tx, const NewJob& job) {
    const auto queued = enqueueJob(tx, job);
    if (job.payload.kind == WorkKind::kDeploy) {
        assignDeploy(tx, job.project, deployNumber(job.payload), queued.id);
    }
    writeJournal(
        tx,
        {.actor = "engine",
         .subject = name(*job.task),
         .rule = "enqueue",
         .decision =
             job.stage + ": " + job.agent + " job " + std::to_string(raw(queued.id)) + " queued",
         .evidence = {
             {"job", std::to_string(raw(queued.id))}, {"stage", job.stage}, {"agent", job.agent}}});
}

/// Of the base that the task's check was about.
NewJob baseCheckJob(Tx& tx, const Task& task) {
    auto job = newJob(task, Lane::kExec, WorkKind::kBaseCheck, "base-check");
    const auto check = lastJobOf(tx.db(), task.id, task.stage, WorkKind::kCheck);
    if (!check) throw Error(name(task.id) + " has no check whose base could be checked");
    job.priority = turnPriority(task);
    job.payload.base = check->payload.base;
    job.payload.definition = check->payload.definition;
    return job;
}

NewJob mergeJob(const Task& task) {
    auto job = newJob(task, Lane::kReserved, WorkKind::kMerge, "merge");
    job.priority = turnPriority(task);
    return job;
}

NewJob jobFor(Tx& tx, const Setup& setup, const Task& task, WorkKind kind) {
    const StageDef& stage = *setup.pipeline.find(task.stage);
    switch (kind) {
        case WorkKind::kAgent: {
            auto job = newJob(task, Lane::kAgent, kind, stage.agent);
            job.max_failures = setup.agents.at(stage.agent).retries;
            return job;
        }
        case WorkKind::kCheck: {
            auto job = newJob(task, Lane::kExec, kind, "check");
            job.priority = turnPriority(task);
            job.payload.definition = definitionOf(stage);
            return job;
        }
        case WorkKind::kBaseCheck:
            return baseCheckJob(tx, task);
        case WorkKind::kMerge:
            return mergeJob(task);
        case WorkKind::kDeploy: {
            auto job = newJob(task, Lane::kExec, kind, "deploy");
            job.payload.head = task.merge_sha;
            job.payload.version =
                std::to_string(newDeploy(tx, task.project, task.id, task.merge_sha));
            return job;
        }
        case WorkKind::kFinalize: {
            const auto command = lastJobOf(tx.db(), task.id, task.stage, WorkKind::kDeploy);
            if (!command) throw Error(name(task.id) + " has no deploy to record the end of");
            return finalizerOf(*command);
        }
        case WorkKind::kCommand:
            break;
    }
    throw Error("no stage has work of this kind");
}

}  // namespace

std::optional<WorkKind> firstWork(const StageDef& stage) {
    if (!stage.agent.empty()) return WorkKind::kAgent;
    if (!stage.check.empty()) return WorkKind::kCheck;
    // A merge is nothing that may run before its stage's gates were asked.
    return {};
}

void enqueueWork(Tx& tx, const Setup& setup, const Task& task, WorkKind kind) {
    if (liveJobOf(tx.db(), task.id)) return;
    enqueue(tx, jobFor(tx, setup, task, kind));
}

void enqueueFinalizer(Tx& tx, const Job& command) {
    enqueue(tx, finalizerOf(command));
}

void enqueueDeployAgain(Tx& tx, const Job& command, Instant run_at) {
    NewJob job = command;
    job.run_at = run_at;
    enqueue(tx, job);
}

bool enterStage(Tx& tx, const Setup& setup, Task task, const std::string& stage) {
    task.stage = stage;
    task.state = stage == "done" ? TaskState::kDone : TaskState::kActive;
    task.reason.clear();
    task.visit += 1;
    task.stage_since = tx.at();
    if (!updateTask(tx, task)) return false;
    writeOutbox(tx,
                {.kind = "tracker.state",
                 .target = task.project,
                 .subject = name(task.id),
                 .text = stage,
                 .key = "state:" + name(task.id) + ":" + std::to_string(task.visit)});
    const auto* definition = setup.pipeline.find(stage);
    const auto work = definition != nullptr ? firstWork(*definition) : std::nullopt;
    if (work) enqueueWork(tx, setup, task, *work);
    return true;
}

bool parkTask(Tx& tx, Task task, const std::string& reason) {
    task.state = TaskState::kParked;
    task.reason = reason;
    if (!updateTask(tx, task)) return false;
    notify(tx, task, name(task.id) + " needs a person in " + task.stage + ": " + reason);
    return true;
}

}  // namespace orch

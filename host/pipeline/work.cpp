#include "pipeline/work.hpp"

#include "base/error.hpp"
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
            job.payload.definition = definitionOf(stage);
            return job;
        }
        case WorkKind::kMerge:
            return newJob(task, Lane::kReserved, kind, "merge");
        case WorkKind::kDeploy: {
            auto job = newJob(task, Lane::kExec, kind, "deploy");
            job.payload.head = task.merge_sha;
            job.payload.version =
                std::to_string(newDeploy(tx, task.project, task.id, task.merge_sha));
            return job;
        }
    }
    throw Error("unknown kind of work");
}

}  // namespace

std::optional<WorkKind> firstWork(const StageDef& stage) {
    if (!stage.agent.empty()) return WorkKind::kAgent;
    if (!stage.check.empty()) return WorkKind::kCheck;
    if (stage.merge) return WorkKind::kMerge;
    return {};
}

void enqueueWork(Tx& tx, const Setup& setup, const Task& task, WorkKind kind) {
    if (liveJobOf(tx.db(), task.id)) return;
    const auto job = jobFor(tx, setup, task, kind);
    const auto queued = enqueueJob(tx, job);
    writeJournal(tx,
                 {.actor = "engine",
                  .subject = name(task.id),
                  .rule = "enqueue",
                  .decision = task.stage + ": " + job.agent + " job " +
                              std::to_string(raw(queued.id)) + " queued",
                  .evidence = {{"job", std::to_string(raw(queued.id))},
                               {"stage", task.stage},
                               {"agent", job.agent}}});
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

#include "pipeline/desk.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/artefacts.hpp"
#include "pipeline/deploy_log.hpp"
#include "pipeline/desk/creation.hpp"
#include "store/jobs.hpp"

namespace orch {

namespace {
constexpr Milliseconds kDiffBound{std::chrono::seconds{20}};
}

Desk::Desk(Store& store,
           const Setup& setup,
           Engine& engine,
           Admission& admission,
           Launcher& launcher,
           Recovery& recovery,
           const Worker& worker)
    : store_(store),
      setup_(setup),
      engine_(engine),
      launcher_(launcher),
      recovery_(recovery),
      worker_(worker),
      explainer_(store, setup, engine, admission, worker),
      orders_(store, engine),
      verdicts_(orders_, store, engine, setup),
      way_(orders_, setup),
      cancels_(orders_, store, engine, launcher),
      house_(store) {}

CreatedTask Desk::create(const WorkItem& item, const std::string& by) {
    const auto created = createFrom(item, by, store_, setup_);
    engine_.advance(created.id);
    return created;
}

void Desk::approve(TaskId task, const Answer& answer) {
    verdicts_.answer(task, answer, true);
}

void Desk::reject(TaskId task, const Answer& answer) {
    verdicts_.answer(task, answer, false);
}

void Desk::overrule(TaskId task, const Answer& answer) {
    verdicts_.overrule(task, answer);
}

void Desk::rework(TaskId task, const std::string& by, const std::string& text) {
    way_.rework(task, by, text);
}

void Desk::pause(TaskId task, const std::string& by, const std::string& why) {
    way_.pause(task, by, why);
}

void Desk::resume(TaskId task, const std::string& by) {
    way_.resume(task, by);
}

void Desk::retry(TaskId task, const std::string& by) {
    way_.retry(task, by);
}

void Desk::cancel(TaskId task, const std::string& by, const std::string& why) {
    cancels_.cancel(task, by, why);
}

void Desk::cancelJob(JobId job, const std::string& by) {
    cancels_.cancelJob(job, by);
}

void Desk::pauseQueue(const std::string& by) {
    house_.setQueue(true, by);
}

void Desk::resumeQueue(const std::string& by) {
    house_.setQueue(false, by);
}

BackupMade Desk::backUp(const std::filesystem::path& file,
                        const std::string& by,
                        const BackupRest& rest) {
    return house_.backUp(file, by, rest);
}

Explanation Desk::explain(TaskId task) {
    return explainer_.explain(task);
}

Artefact Desk::artefactOf(TaskId task, const std::string& artefact) {
    const auto& stages = setup_.pipeline.stages;
    const auto stage = std::ranges::find(stages, artefact, &StageDef::artefact);
    const auto job = stage == stages.end() ? std::nullopt : store_.read([&](Connection& db) {
        return lastJobOf(db, task, stage->name, WorkKind::kAgent);
    });
    auto found = stage == stages.end() && artefact == kDeployLog
                     ? readDeployLog(setup_, task)
                     : readSnapshot(setup_, task, job ? job->artefact_hash : "");
    if (found) return std::move(*found);
    throw Refused(Refused::Why::kNotFound, name(task) + " has left no artefact " + artefact);
}

TaskDiff Desk::diffOf(TaskId task) {
    try {
        auto diff = engine_.diffWithin(task, kDiffBound);
        if (diff) return std::move(*diff);
    } catch (const ProjectHeld& held) {
        throw Refused(Refused::Why::kConflict, held.what());
    }
    throw Refused(Refused::Why::kConflict,
                  "the repository of " + name(task) + " is busy: ask again in a moment");
}

std::string Desk::waitsFor(const Job& job) const {
    return worker_.waitsFor(job);
}

bool Desk::adopted(AttemptKey key) const {
    return recovery_.adopted(key);
}

std::filesystem::path Desk::logOf(AttemptKey key) const {
    return launcher_.folderOf(key) / "out.log";
}

}  // namespace orch

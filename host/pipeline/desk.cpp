#include "pipeline/desk.hpp"

#include "pipeline/desk/creation.hpp"

namespace orch {

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
      verdicts_(orders_, setup),
      way_(orders_, setup),
      cancels_(orders_, store, engine, launcher),
      house_(store) {}

CreatedTask Desk::create(const WorkItem& item, const std::string& by) {
    const auto created = createFrom(item, by, store_, setup_);
    engine_.advance(created.id);
    return created;
}

void Desk::approve(TaskId task, const std::string& by, const std::string& comment) {
    verdicts_.answer(task, {"approve", by, comment}, true);
}

void Desk::reject(TaskId task, const std::string& by, const std::string& comment) {
    verdicts_.answer(task, {"reject", by, comment}, false);
}

void Desk::overrule(TaskId task, const std::string& by, const std::string& because) {
    verdicts_.overrule(task, {"override", by, because});
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

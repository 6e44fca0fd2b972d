#include "http/fake_operator.hpp"

#include "store/jobs.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

namespace {

std::string shownIn(const Answer& answer) {
    return answer.shown.empty() ? "" : " [" + answer.shown + "]";
}

}  // namespace

std::vector<std::string> FakeOperator::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

void FakeOperator::beforeEachCall(std::function<void()> hook) {
    const std::scoped_lock lock(mutex_);
    hook_ = std::move(hook);
}

void FakeOperator::called(const std::string& call) {
    std::function<void()> hook;
    {
        const std::scoped_lock lock(mutex_);
        calls_.push_back(call);
        hook = hook_;
    }
    if (hook) hook();
}

CreatedTask FakeOperator::create(const WorkItem& item, const std::string& by) {
    called("create " + item.title + " by " + by);
    return store_.write([&](Tx& tx) {
        NewTask task;
        task.project = item.project;
        task.title = item.title;
        task.description = item.description;
        task.stage = "analysis";
        task.created_by = by;
        task.idempotency_key = item.idempotency_key;
        return createTask(tx, task);
    });
}

void FakeOperator::approve(TaskId task, const Answer& answer) {
    called("approve " + name(task) + " by " + answer.by + ": " + answer.comment + shownIn(answer));
}
void FakeOperator::reject(TaskId task, const Answer& answer) {
    called("reject " + name(task) + " by " + answer.by + ": " + answer.comment + shownIn(answer));
}
void FakeOperator::rework(TaskId task, const std::string& by, const std::string& text) {
    called("rework " + name(task) + " by " + by + ": " + text);
}
void FakeOperator::overrule(TaskId task, const Answer& answer) {
    called("override " + name(task) + " by " + answer.by + ": " + answer.comment + shownIn(answer));
}
void FakeOperator::pause(TaskId task, const std::string& by, const std::string& why) {
    called("pause " + name(task) + " by " + by + ": " + why);
}
void FakeOperator::resume(TaskId task, const std::string& by) {
    called("resume " + name(task) + " by " + by + ": ");
}
void FakeOperator::retry(TaskId task, const std::string& by) {
    called("retry " + name(task) + " by " + by + ": ");
}
void FakeOperator::cancel(TaskId task, const std::string& by, const std::string& why) {
    called("cancel " + name(task) + " by " + by + ": " + why);
}

void FakeOperator::cancelJob(JobId job, const std::string& by) {
    called("cancel job " + std::to_string(raw(job)) + " by " + by);
    store_.write([&](Tx& tx) { return requestCancel(tx, job, "cancelled by " + by); });
}

void FakeOperator::pauseQueue(const std::string& by) {
    called("pause queue by " + by);
    store_.write([](Tx& tx) { setQueuePaused(tx, true); });
}

BackupMade FakeOperator::backUp(const std::filesystem::path& file,
                                const std::string& by,
                                const BackupRest& rest) {
    called("backup " + file.filename().string() + " by " + by);
    return orch::backUp(store_, file, rest);
}

void FakeOperator::resumeQueue(const std::string& by) {
    called("resume queue by " + by);
    store_.write([](Tx& tx) { setQueuePaused(tx, false); });
}

Explanation FakeOperator::explain(TaskId task) {
    called("explain " + name(task));
    Explanation told = explanation;
    told.task = task;
    return told;
}

Artefact FakeOperator::artefactOf(TaskId task, const std::string& artefact) {
    called("artefact " + artefact + " of " + name(task));
    const auto found = artefacts.find(artefact);
    if (found == artefacts.end()) throw Refused(Refused::Why::kNotFound, "no " + artefact);
    return found->second;
}

TaskDiff FakeOperator::diffOf(TaskId task) {
    called("diff of " + name(task));
    return diff;
}

}  // namespace orch::testing

#include "pipeline/desk/moves.hpp"

#include "pipeline/desk/refusals.hpp"
#include "pipeline/work.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

[[noreturn]] void refuseChanged(const Task& task) {
    refuse(name(task.id) + " changed meanwhile: look again");
}

}  // namespace

void saveTask(Tx& tx, const Task& task) {
    if (!updateTask(tx, task)) refuseChanged(task);
}

void releaseTask(Task& task) {
    task.progress = {};
    task.reason.clear();
    task.state = TaskState::kActive;
}

void moveToStage(Tx& tx, const Setup& setup, const Task& task, const std::string& stage) {
    if (!enterStage(tx, setup, task, stage)) refuseChanged(task);
}

void restartStage(Tx& tx, const Setup& setup, Task& task) {
    releaseTask(task);
    const auto stage = task.stage;
    moveToStage(tx, setup, task, stage);
}

}  // namespace orch

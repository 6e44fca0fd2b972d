#include "pipeline/desk/way_orders.hpp"

#include "core/names.hpp"
#include "pipeline/desk/moves.hpp"
#include "pipeline/desk/refusals.hpp"

namespace orch {

const StageDef& WayOrders::stageOf(const Task& task) const {
    const auto* stage = setup_.pipeline.find(task.stage);
    if (stage == nullptr) refuse("stage " + task.stage + " is not in the pipeline any more");
    return *stage;
}

void WayOrders::rework(TaskId id, const std::string& by, const std::string& text) const {
    orders_.carryOut(id, {"rework", by, text, {}}, [=, this](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        refuseWhileAtWork(tx, task);
        const auto& stage = stageOf(task);
        releaseTask(task);
        task.feedback = by + ": " + text;
        moveToStage(tx, setup_, task, stage.on_red.to.empty() ? stage.name : stage.on_red.to);
    });
}

void WayOrders::retry(TaskId id, const std::string& by) const {
    orders_.carryOut(id, {"retry", by, "", {}}, [=, this](Tx& tx, Task& task) {
        if (task.state != TaskState::kParked)
            refuse(name(id) + " is not parked: there is nothing to retry");
        refuseWhileAtWork(tx, task);
        (void)stageOf(task);
        restartStage(tx, setup_, task);
    });
}

void WayOrders::pause(TaskId id, const std::string& by, const std::string& why) const {
    orders_.carryOut(id, {"pause", by, why, {}}, [=](Tx& tx, Task& task) {
        if (task.state != TaskState::kActive) {
            refuse(name(id) + " is " + std::string(nameOf(task.state)) +
                   ": only an active task can be paused");
        }
        task.state = TaskState::kPaused;
        task.reason = "by " + by + (why.empty() ? "" : ": " + why);
        saveTask(tx, task);
    });
}

void WayOrders::resume(TaskId id, const std::string& by) const {
    orders_.carryOut(id, {"resume", by, "", {}}, [=](Tx& tx, Task& task) {
        if (task.state == TaskState::kParked) {
            refuse(name(id) + " is parked (" + task.reason +
                   "): use retry, rework, override or cancel");
        }
        if (task.state != TaskState::kPaused) refuse(name(id) + " is not paused");
        task.state = TaskState::kActive;
        task.reason.clear();
        saveTask(tx, task);
    });
}

}  // namespace orch

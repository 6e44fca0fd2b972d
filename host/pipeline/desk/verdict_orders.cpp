#include "pipeline/desk/verdict_orders.hpp"

#include <optional>

#include "core/gates.hpp"
#include "pipeline/desk/moves.hpp"
#include "pipeline/desk/refusals.hpp"
#include "store/deploys.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

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

/// A person's answer counts for what the verdict was about, and for nothing newer.
void record(Tx& tx,
            const Task& task,
            const TaskOrder& order,
            const std::string& kind,
            bool approve,
            const VerdictRow& about) {
    recordApproval(tx,
                   task.id,
                   task.stage,
                   kind,
                   {.by = order.by,
                    .approve = approve,
                    .bound_to = bindingOf(about),
                    .comment = order.text,
                    .at = tx.at()});
}

void refuseUnlessOverrulable(const Task& task, const Verdict& red) {
    if (mayBeOverruled(red)) return;
    refuse(name(task.id) + " is not merged (" + red.reason +
           "), and no override makes it so: rework sends it back, or resolve it on " +
           task.branch() + " and retry");
}

/// Does the task stand still because its commit is in quarantine? Then not any more.
bool liftedQuarantine(Tx& tx, const Task& task, const std::string& by) {
    const auto stuck = standing(tx, task, Colour::kUnclear);
    if (!stuck || !isAboutQuarantine(stuck->verdict)) return false;
    return liftQuarantine(tx, task.project, task.merge_sha, by);
}

}  // namespace

void VerdictOrders::answer(TaskId id, const TaskOrder& order, bool approve) const {
    orders_.carryOut(id, order, [=, this](Tx& tx, Task& task) {
        const auto question = standing(tx, task, Colour::kHuman);
        if (task.state != TaskState::kActive || !question) {
            refuse(name(id) + " does not wait for an approval in " + task.stage);
        }
        refuseStranger(setup_, task, order.by);
        record(tx, task, order, "approval", approve, *question);
    });
}

void VerdictOrders::overrule(TaskId id, const TaskOrder& order) const {
    orders_.carryOut(id, order, [=, this](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        refuseWhileAtWork(tx, task);
        if (liftedQuarantine(tx, task, order.by)) return restartStage(tx, setup_, task);
        const auto red = standing(tx, task, Colour::kRed);
        if (!red) refuse(name(id) + " has no red gate in " + task.stage + " to override");
        refuseUnlessOverrulable(task, red->verdict);
        record(tx, task, order, "override", true, *red);
        releaseTask(task);
        saveTask(tx, task);
    });
}

}  // namespace orch

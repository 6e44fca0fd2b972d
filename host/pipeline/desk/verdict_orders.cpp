#include "pipeline/desk/verdict_orders.hpp"

#include <algorithm>

#include "core/gates.hpp"
#include "pipeline/desk/moves.hpp"
#include "pipeline/desk/refusals.hpp"
#include "pipeline/standing.hpp"
#include "store/deploys.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

constexpr Milliseconds kJudgeBound{std::chrono::seconds{3}};

/// The recorded verdict of that colour in the task's present visit.
std::optional<VerdictRow> recorded(Tx& tx, const Task& task, Colour colour) {
    for (auto& row : verdictsOf(tx.db(), task.id, 50)) {
        const bool here = row.stage == task.stage && row.visit == task.visit;
        if (here && row.verdict.colour == colour) return row;
    }
    return {};
}

/// Nothing while its repository is busy or held: what was recorded last counts then.
std::optional<Engine::Judged> judgedNow(Engine& engine, TaskId id) {
    try {
        return engine.judgeWithin(id, kJudgeBound);
    } catch (const ProjectHeld&) {
        return {};
    }
}

std::string artefactHashOf(Connection& db, const Task& task) {
    const auto job = lastJobOf(db, task.id, task.stage, WorkKind::kAgent);
    return job && job->visit == task.visit ? job->artefact_hash : "";
}

/// A person's answer counts for what was shown, and for nothing newer.
void record(Tx& tx,
            const Task& task,
            const Answer& answer,
            const std::string& kind,
            bool approve,
            const Standing& about) {
    recordApproval(tx,
                   task.id,
                   task.stage,
                   kind,
                   {.by = answer.by,
                    .approve = approve,
                    .bound_to = about.bound_to,
                    .comment = answer.comment,
                    .at = tx.at()});
}

TaskOrder orderOf(const std::string& verb,
                  const Answer& answer,
                  const std::optional<Standing>& about) {
    TaskOrder order{verb, answer.by, answer.comment, {}};
    if (about) {
        order.evidence = {{"gate", about->gate}, {"what", about->what}, {"shown", about->bound_to}};
    }
    return order;
}

void refuseUnlessOverrulable(const Task& task, const Verdict& red) {
    if (mayBeOverruled(red)) return;
    refuse(name(task.id) + " is not merged (" + red.reason +
           "), and no override makes it so: rework sends it back, or resolve it on " +
           task.branch() + " and retry");
}

/// A rejection's reason needs no aim where there is but one.
std::string shownOrOnly(const std::string& shown, const std::vector<Standing>& standing) {
    if (!shown.empty()) return shown;
    const auto first = std::ranges::find(standing, "approve", &Standing::verb);
    return first == standing.end() ? "" : first->bound_to;
}

}  // namespace

VerdictOrders::Seen VerdictOrders::see(TaskId id) const {
    Seen seen;
    store_.read([&](Connection& db) {
        const auto task = findTask(db, id);
        const auto* stage = task ? setup_.pipeline.find(task->stage) : nullptr;
        if (stage == nullptr) return;
        seen = {task->visit,
                artefactHashOf(db, *task),
                standingOf(*task, *stage, verdictsOf(db, id, 50))};
    });
    const auto judged = judgedNow(engine_, id);
    if (!judged || judged->facts.task.visit != seen.visit) return seen;
    auto fresh = standingOf(judged->facts, judged->verdicts);
    const auto& facts = judged->facts;
    for (auto& old : seen.standing) {
        // A red that is to be looked into once more was shown all the same, if about this head.
        const bool about_this = (facts.work && old.bound_to == facts.work->head) ||
                                (facts.artefact && old.bound_to == facts.artefact->hash) ||
                                old.bound_to == facts.task.merge_sha;
        const bool told = std::ranges::find(fresh, old.gate, &Standing::gate) != fresh.end();
        if (old.verb == "override" && about_this && !told) fresh.push_back(std::move(old));
    }
    seen.standing = std::move(fresh);
    return seen;
}

void VerdictOrders::answer(TaskId id, const Answer& answer, bool approve) const {
    const auto seen = see(id);
    const auto shown = approve ? answer.shown : shownOrOnly(answer.shown, seen.standing);
    const auto about = chosenOf(seen.standing, id, "approve", shown);
    const auto order = orderOf(approve ? "approve" : "reject", answer, about);
    orders_.carryOut(id, order, [=, this](Tx& tx, Task& task) {
        if (task.state != TaskState::kActive || !about) {
            refuse(name(id) + " does not wait for an approval in " + task.stage);
        }
        const bool same =
            task.visit == seen.visit && artefactHashOf(tx.db(), task) == seen.artefact_hash;
        if (!same) refuse(name(id) + " changed meanwhile: look again");
        refuseStranger(setup_, task, answer.by);
        record(tx, task, answer, "approval", approve, *about);
    });
}

void VerdictOrders::overrule(TaskId id, const Answer& answer) const {
    const auto seen = see(id);
    const auto about = chosenOf(seen.standing, id, "override", answer.shown);
    orders_.carryOut(id, orderOf("override", answer, about), [=, this](Tx& tx, Task& task) {
        refuseUnlessOpen(task);
        refuseWhileAtWork(tx, task);
        if (!about) {
            const auto red = recorded(tx, task, Colour::kRed);
            if (red) refuseUnlessOverrulable(task, red->verdict);
            refuse(name(id) + " has no red gate in " + task.stage + " to override");
        }
        const bool same =
            task.visit == seen.visit && artefactHashOf(tx.db(), task) == seen.artefact_hash;
        if (!same) refuse(name(id) + " changed meanwhile: look again");
        const bool quarantined = about->bound_to == task.merge_sha;
        if (quarantined && liftQuarantine(tx, task.project, task.merge_sha, answer.by)) {
            return restartStage(tx, setup_, task);
        }
        // What a person said no to is not somebody else's to let pass.
        if (isAnsweredByPeople(about->gate)) refuseStranger(setup_, task, answer.by);
        record(tx, task, answer, "override", true, *about);
        releaseTask(task);
        saveTask(tx, task);
    });
}

}  // namespace orch

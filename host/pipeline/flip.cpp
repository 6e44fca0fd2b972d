#include "pipeline/flip.hpp"

#include "base/error.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

void alert(Tx& tx, const Job& job, const FlipVerdict& verdict) {
    const auto subject = job.task ? name(*job.task) : "job " + std::to_string(raw(job.id));
    writeOutbox(tx,
                {.kind = "notify",
                 .target = job.project,
                 .subject = subject,
                 .text = subject + ": attempt " + name(job.key()) + " of " + job.agent +
                         " ran for too long, and whether it still does cannot be told (" +
                         verdict.why + "): nothing starts in its worktree until that is clear",
                 .key = "flip:" + name(job.key())});
}

FlipAnswer answer(const FlipVerdict& verdict) {
    return {verdict.result, verdict.why};
}

}  // namespace

Flipper::Flipper(RunningJobs& running,
                 Launcher& launcher,
                 Finisher& finisher,
                 Unblocker& unblocker,
                 const Setup& setup,
                 std::function<void()> told)
    : running_(running),
      launcher_(launcher),
      finisher_(finisher),
      unblocker_(unblocker),
      setup_(setup),
      told_(std::move(told)) {}

void Flipper::keepDamaged(const RunningJob& seen, Evidence& evidence) {
    if (seen.folder.exit != SeenExit::kDamaged) return;
    try {
        evidence.emplace_back("exit_damaged", launcher_.keepDamagedExit(seen.row.key).string());
    } catch (const Error& error) {
        evidence.emplace_back("exit_damaged", error.what());
    }
}

bool Flipper::commit(const FlipOrder& order,
                     const RunningJob& seen,
                     const FlipVerdict& verdict,
                     bool& permitted) {
    auto by = order.by;
    by.evidence.emplace_back("cause", nameOf(order.cause));
    keepDamaged(seen, by.evidence);
    auto end = verdict.ended;
    finisher_.addArtefact(order.key, end);
    bool flipped = false;
    const auto also = [&](Tx& tx, const Job& job) {
        flipped = true;
        if (verdict.block && job.task) setBlocked(tx, *job.task, job.key());
        if (verdict.alert) alert(tx, job, verdict);
    };
    finisher_.settle([&](Tx& tx) -> std::optional<TaskId> {
        permitted = !order.permit || order.permit(tx);
        if (!permitted) return std::nullopt;
        return finishAttempt(tx, setup_, order.key, end, also, &by);
    });
    return flipped;
}

FlipAnswer Flipper::flip(const FlipOrder& order) {
    const auto seen = running_.look(order.key);
    if (!seen) return {FlipResult::kLostRace, "it does not run any more"};
    if (seen->row.process != order.by.process) {
        return {FlipResult::kLostRace, "its row names another process by now"};
    }
    const auto verdict = judgeFlip(order.cause, *seen);
    if (verdict.result != FlipResult::kFinished && verdict.result != FlipResult::kExitWon) {
        return answer(verdict);
    }
    bool permitted = true;
    const bool flipped = commit(order, *seen, verdict, permitted);
    if (!permitted) return {FlipResult::kRefused, "it may not be done any more"};
    if (!flipped) return {FlipResult::kLostRace, "somebody was first"};
    if (verdict.alert) told_();
    if (verdict.block) unblocker_.end(order.key, seen->row.task);
    return answer(verdict);
}

}  // namespace orch

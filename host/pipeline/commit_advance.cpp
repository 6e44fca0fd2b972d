#include "pipeline/commit_advance.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/names.hpp"
#include "pipeline/work.hpp"
#include "store/jobs.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

bool unchanged(Tx& tx, const Facts& facts) {
    const auto now = findTask(tx.db(), facts.task.id);
    return now && now->version == facts.task.version && now->state == TaskState::kActive &&
           !liveJobOf(tx.db(), facts.task.id);
}

bool same(const VerdictRow& row, const Facts& facts, const Verdict& verdict) {
    return row.stage == facts.task.stage && row.visit == facts.task.visit &&
           row.verdict.gate == verdict.gate && row.verdict.colour == verdict.colour &&
           row.verdict.reason == verdict.reason;
}

/// Records what is new; answers whether anything was.
bool recordVerdicts(Tx& tx, const Facts& facts, const std::vector<Verdict>& verdicts) {
    const auto known = verdictsOf(tx.db(), facts.task.id, 20);
    bool news = false;
    for (const auto& verdict : verdicts) {
        const auto last = std::ranges::find_if(known, [&](const VerdictRow& row) {
            return row.stage == facts.task.stage && row.verdict.gate == verdict.gate;
        });
        if (last != known.end() && same(*last, facts, verdict)) continue;
        news = true;
        recordVerdict(tx,
                      {.task = facts.task.id,
                       .stage = facts.task.stage,
                       .visit = facts.task.visit,
                       .verdict = verdict,
                       .head = facts.work ? facts.work->head : "",
                       .base = facts.base ? *facts.base : "",
                       .artefact_hash = facts.artefact ? facts.artefact->hash : "",
                       .definition = definitionOf(facts.stage),
                       .at = tx.at()});
    }
    return news;
}

void journal(Tx& tx,
             const Facts& facts,
             const Follow& next,
             const std::string& rule,
             const std::string& decision,
             const Evidence& more = {}) {
    Evidence evidence{{"stage", facts.task.stage}, {"reason", next.reason}};
    for (const auto& pair : more) {
        if (pair.first != "head") evidence.push_back(pair);
    }
    if (facts.work) evidence.emplace_back("head", facts.work->head);
    if (facts.artefact) evidence.emplace_back("artefact", facts.artefact->hash);
    if (!next.to.empty()) evidence.emplace_back("to", next.to);
    writeJournal(tx,
                 {.actor = "engine",
                  .subject = name(facts.task.id),
                  .rule = rule,
                  .decision = decision,
                  .evidence = std::move(evidence)});
}

/// Who moved what is judged: the attempt that ended last, if anybody of orchd's did.
void journalMove(Tx& tx, const Facts& facts) {
    if (!facts.work) return;
    const auto before = lastJudgedHead(tx.db(), facts.task.id);
    const auto& head = facts.work->head;
    if (before.empty() || before == head) return;
    const auto jobs = jobsOfTask(tx.db(), facts.task.id, 1);
    const auto last = jobs.empty() ? "" : name(jobs.front().key());
    const bool agents = !jobs.empty() && jobs.front().payload.kind == WorkKind::kAgent;
    writeJournal(tx,
                 {.actor = "engine",
                  .subject = name(facts.task.id),
                  .rule = "head",
                  .decision = "took in " + shortSha(head) + " (was " + shortSha(before) + ")" +
                              (agents ? " after the agent's attempt " + last
                                      : ", committed while no agent ran"),
                  .evidence = {{"head", head}, {"before", before}, {"attempt", last}}});
}

std::string feedbackOf(const Facts& facts, const std::vector<Verdict>& verdicts) {
    std::string text;
    for (const auto& verdict : verdicts) {
        if (verdict.colour != Colour::kRed) continue;
        text += facts.task.stage + " (" + verdict.gate + "): " + verdict.reason + "\n";
        for (const auto& finding : verdict.findings) text += "- " + finding + "\n";
    }
    return shorten(text, 16'000);
}

void journalWait(Tx& tx,
                 const Facts& facts,
                 const Follow& next,
                 const std::vector<Verdict>& verdicts) {
    const auto combined = combine(verdicts);
    const bool asks = combined.colour == Colour::kHuman;
    journal(tx,
            facts,
            next,
            "wait",
            facts.task.stage + ": " + next.reason,
            asks ? combined.evidence : Evidence{});
    if (!asks) return;
    writeOutbox(tx,
                {.kind = "notify",
                 .target = facts.task.project,
                 .subject = name(facts.task.id),
                 .text = name(facts.task.id) + " " + facts.task.stage + ": " + next.reason,
                 .key = "human:" + name(facts.task.id) + ":" + combined.gate + ":" +
                        bindingOf(combined, bindingOf(facts))});
}

/// Nothing that anybody does brings the next look: what is waited for is told to people where the
/// verdict says so.
void journalLater(Tx& tx, const Facts& facts, const Follow& next, const Verdict& verdict) {
    const auto* rule = verdict.colour == Colour::kUnclear ? "unclear" : "wait";
    journal(tx, facts, next, rule, facts.task.stage + ": " + next.reason);
    if (verdict.notice.empty()) return;
    writeOutbox(tx,
                {.kind = "notify",
                 .target = facts.task.project,
                 .subject = name(facts.task.id),
                 .text = facts.task.project + ": " + next.reason,
                 .key = verdict.notice});
}

bool rework(Tx& tx,
            const Setup& setup,
            const Facts& facts,
            const std::vector<Verdict>& verdicts,
            const Follow& next) {
    Task task = facts.task;
    task.progress = next.progress;
    task.feedback = feedbackOf(facts, verdicts);
    const int count = task.progress.edges[task.stage + ">" + next.to];
    journal(tx,
            facts,
            next,
            "rework",
            task.stage + " red: " + next.reason + " → " + next.to + " (" + std::to_string(count) +
                " of " + std::to_string(facts.stage.on_red.limit) + ")");
    return enterStage(tx, setup, std::move(task), next.to);
}

bool apply(Tx& tx,
           const Setup& setup,
           const Facts& facts,
           const std::vector<Verdict>& verdicts,
           const Follow& next,
           bool news) {
    Task task = facts.task;
    task.progress = next.progress;
    const std::string& stage = facts.task.stage;
    switch (next.kind) {
        case Follow::Kind::kWait:
            if (news) journalWait(tx, facts, next, verdicts);
            return true;
        case Follow::Kind::kLater:
            if (news) journalLater(tx, facts, next, combine(verdicts));
            return updateTask(tx, task);
        case Follow::Kind::kRun:
            enqueueWork(tx, setup, facts.task, next.work);
            return true;
        case Follow::Kind::kAdvance:
            task.feedback.clear();
            journal(tx, facts, next, "advance", stage + " green: " + next.reason);
            return enterStage(tx, setup, std::move(task), next.to);
        case Follow::Kind::kRework:
            return rework(tx, setup, facts, verdicts, next);
        case Follow::Kind::kRetest:
            journal(tx, facts, next, "retest", stage + ": " + next.reason + " → " + next.to);
            return enterStage(tx, setup, std::move(task), next.to);
        case Follow::Kind::kPark:
            journal(tx, facts, next, "park", stage + " parked: " + next.reason);
            return parkTask(tx, std::move(task), next.reason);
    }
    return false;
}

}  // namespace

bool commitAdvance(Tx& tx,
                   const Setup& setup,
                   const Facts& facts,
                   const std::vector<Verdict>& verdicts,
                   const Follow& next) {
    if (!unchanged(tx, facts)) return false;
    journalMove(tx, facts);
    const bool news = recordVerdicts(tx, facts, verdicts);
    return apply(tx, setup, facts, verdicts, next, news);
}

}  // namespace orch

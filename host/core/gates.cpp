#include "core/gates.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/names.hpp"

namespace orch {

namespace {

constexpr const char* kQuarantined = "quarantined";

std::string shortSha(const std::string& sha) {
    return sha.substr(0, 7);
}

Verdict green(std::string reason, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kGreen,
            .reason = std::move(reason),
            .evidence = std::move(evidence)};
}
Verdict red(std::string reason, std::vector<std::string> findings, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kRed,
            .reason = std::move(reason),
            .findings = std::move(findings),
            .evidence = std::move(evidence)};
}
Verdict needs(WorkKind work, std::string reason) {
    return {.gate = {}, .colour = Colour::kPending, .reason = std::move(reason), .needs = work};
}
Verdict pending(std::string reason) {
    return {.gate = {}, .colour = Colour::kPending, .reason = std::move(reason)};
}
Verdict unclear(std::string reason) {
    return {.gate = {}, .colour = Colour::kUnclear, .reason = std::move(reason)};
}
Verdict stuck(std::string reason, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kUnclear,
            .reason = std::move(reason),
            .evidence = std::move(evidence),
            .stuck = true};
}

Evidence jobEvidence(const Job& job) {
    Evidence evidence{{"job", std::to_string(raw(job.id))}};
    if (job.exit_code) evidence.emplace_back("exit_code", std::to_string(*job.exit_code));
    if (!job.payload.head.empty()) evidence.emplace_back("head", job.payload.head);
    if (!job.payload.base.empty()) evidence.emplace_back("base", job.payload.base);
    return evidence;
}

std::string jobName(const Job& job) {
    return job.agent + " job " + std::to_string(raw(job.id));
}

Verdict waitsFor(const Job& job) {
    const std::string why = job.status == JobStatus::kScheduled && !job.reason.empty()
                                ? " (last attempt: " + job.reason + ")"
                                : "";
    return pending(jobName(job) + " is " + std::string(nameOf(job.status)) + why);
}

/// The stage's agent must have done its work before any gate is asked.
std::optional<Verdict> agentVerdict(const Facts& facts) {
    if (facts.stage.agent.empty()) return {};
    if (!facts.agent)
        return needs(WorkKind::kAgent, "agent " + facts.stage.agent + " has not run yet");
    const Job& job = facts.agent->job;
    if (!isFinal(job.status)) return waitsFor(job);
    if (job.status == JobStatus::kSucceeded) return {};
    return stuck(jobName(job) + " " + job.reason, jobEvidence(job));
}

Verdict artefactGate(const Facts& facts) {
    const auto& name = facts.stage.artefact;
    const bool blank =
        facts.artefact && facts.artefact->content.find_first_not_of(" \t\r\n") == std::string::npos;
    if (facts.artefact && !blank) return green(name, {{"artefact", facts.artefact->hash}});
    const std::string why = blank ? name + " is empty" : facts.artefact_trouble;
    auto verdict = red(why, {"Write the artefact to the path given: " + why}, {});
    verdict.target = facts.stage.name;
    return verdict;
}

Verdict humanApprovalGate(const Facts& facts) {
    const auto binding = bindingOf(facts);
    const Evidence evidence{{"bound_to", binding}};
    const auto what = facts.stage.artefact.empty() ? "the work" : facts.stage.artefact;
    const auto last = std::find_if(facts.approvals.rbegin(),
                                   facts.approvals.rend(),
                                   [&](const Approval& a) { return a.bound_to == binding; });
    if (last != facts.approvals.rend() && last->approve) {
        return green("approved by " + last->by, evidence);
    }
    if (last != facts.approvals.rend()) {
        const auto words = last->comment.empty() ? "no reason given" : last->comment;
        return red("rejected by " + last->by + ": " + words, {words}, evidence);
    }
    const auto who =
        facts.project.approvers.empty() ? "a person" : join(facts.project.approvers, " or ");
    const std::string void_note =
        facts.approvals.empty() ? "" : " (the earlier answer was about an older version)";
    return {.gate = {},
            .colour = Colour::kHuman,
            .reason = "waits for " + who + " to approve " + what + void_note,
            .evidence = evidence};
}

Verdict committedGate(const Facts& facts) {
    if (!facts.work) return unclear(facts.work.trouble);
    const Evidence evidence{{"head", facts.work->head}};
    if (!facts.work->dirty.empty()) {
        const auto files = join(facts.work->dirty, ", ");
        return red("uncommitted work: " + files, {"Commit or remove: " + files}, evidence);
    }
    if (facts.work->commits_ahead == 0) {
        return red("nothing is committed on " + facts.task.branch(),
                   {"Commit the work on the branch " + facts.task.branch()},
                   evidence);
    }
    const auto count = facts.work->commits_ahead;
    return green(std::to_string(count) + (count == 1 ? " commit" : " commits") + " up to " +
                     shortSha(facts.work->head),
                 evidence);
}

Verdict reviewAgain(const std::string& why, Evidence evidence, const Facts& facts) {
    auto verdict = red(why, {why}, std::move(evidence));
    verdict.target = facts.stage.name;
    return verdict;
}

Verdict reviewVerdictGate(const Facts& facts) {
    const auto& name = facts.stage.artefact;
    if (!facts.work) return unclear(facts.work.trouble);
    if (!facts.artefact) return reviewAgain(facts.artefact_trouble, {}, facts);
    const Evidence evidence{{"head", facts.work->head}, {"artefact", facts.artefact->hash}};
    if (!facts.review)
        return reviewAgain(name + " is no review: " + facts.review.trouble, evidence, facts);
    if (facts.review->head != facts.work->head) {
        return reviewAgain(name + " is about " + shortSha(facts.review->head) + ", the head is " +
                               shortSha(facts.work->head),
                           evidence,
                           facts);
    }
    if (facts.review->approve) return green("approved in " + name, evidence);
    const auto count = facts.review->findings.size();
    const std::string first =
        count == 0 ? "no finding named" : '"' + facts.review->findings[0] + '"';
    return red("reviewer found " + std::to_string(count) + (count == 1 ? " defect" : " defects") +
                   " (" + name + ", sha " + shortSha(facts.work->head) + "): " + first,
               facts.review->findings,
               evidence);
}

Verdict checkGate(const Facts& facts) {
    if (!facts.work) return unclear(facts.work.trouble);
    if (!facts.check) return needs(WorkKind::kCheck, "the check has not run yet");
    const Job& job = facts.check->job;
    if (!isFinal(job.status)) return waitsFor(job);
    if (job.payload.head != facts.work->head) {
        return needs(WorkKind::kCheck,
                     "the head moved to " + shortSha(facts.work->head) + " since the check");
    }
    if (job.payload.definition != definitionOf(facts.stage)) {
        return needs(WorkKind::kCheck, "the stage's definition changed since the check");
    }
    const auto evidence = jobEvidence(job);
    const auto command = join(facts.stage.check, " ");
    if (job.status == JobStatus::kSucceeded) return green("`" + command + "` passed", evidence);
    const bool judged = job.status == JobStatus::kTimedOut ||
                        (job.status == JobStatus::kFailed && job.lost_count == 0 && job.exit_code);
    if (judged) {
        return red("`" + command + "` failed: " + job.reason,
                   {"`" + command + "` failed (" + job.reason + "):\n" + facts.check->log_tail},
                   evidence);
    }
    return stuck("`" + command + "` could not be judged: " + job.reason, evidence);
}

Verdict mergeableGate(const Facts& facts) {
    if (!facts.preview) return unclear(facts.preview.trouble);
    Evidence evidence{{"head", facts.work ? facts.work->head : ""},
                      {"base", facts.base ? *facts.base : ""}};
    if (facts.preview->conflicts.empty()) return green("mergeable", evidence);
    const auto files = join(facts.preview->conflicts, ", ");
    return red("conflicts with " + facts.project.base + " in " + files,
               {"Merge " + facts.project.base + " into the branch and resolve: " + files},
               evidence);
}

/// Whatever failed, the first question is whether it is merged already (L4).
Verdict mergeFailed(const Facts& facts, const Job& job) {
    if (!facts.landed_as) return unclear(facts.landed_as.trouble);
    if (facts.landed_as->empty()) return stuck("merge job " + job.reason, jobEvidence(job));
    return needs(WorkKind::kMerge,
                 "it is on " + facts.project.base + " as " + shortSha(*facts.landed_as) +
                     " although the merge job failed");
}

Verdict mergedGate(const Facts& facts) {
    if (!facts.merge) return needs(WorkKind::kMerge, "not merged yet");
    const Job& job = facts.merge->job;
    if (!isFinal(job.status)) return waitsFor(job);
    if (job.status != JobStatus::kSucceeded) {
        const auto code = static_cast<MergeExit>(job.exit_code.value_or(-1));
        if (code == MergeExit::kBaseMoved) {
            return needs(WorkKind::kCheck, facts.project.base + " moved since the check");
        }
        if (code == MergeExit::kConflict) {
            return red(job.reason,
                       {"Resolve the conflict with " + facts.project.base + ": " + job.reason},
                       jobEvidence(job));
        }
        if (code == MergeExit::kReverted) return stuck(job.reason, jobEvidence(job));
        return mergeFailed(facts, job);
    }
    if (!facts.merged_on_base) return unclear(facts.merged_on_base.trouble);
    const Evidence evidence{{"merge", facts.task.merge_sha}};
    if (*facts.merged_on_base) {
        return green("merged " + shortSha(facts.task.merge_sha) + " into " + facts.project.base,
                     evidence);
    }
    return stuck("merge " + shortSha(facts.task.merge_sha) + " is not on " + facts.project.base,
                 evidence);
}

std::string quarantineText(const Facts& facts) {
    return shortSha(facts.task.merge_sha) + " is in quarantine since it was deployed as v" +
           std::to_string(facts.quarantine->number) + ": " + facts.quarantine->reason +
           "; it is deployed again when a person says so (override)";
}

Verdict notDeployed(const Facts& facts) {
    if (!facts.quarantine) return needs(WorkKind::kDeploy, "not deployed yet");
    return stuck(quarantineText(facts),
                 {{kQuarantined, "v" + std::to_string(facts.quarantine->number)},
                  {"head", facts.task.merge_sha}});
}

/// The clause for people about a deploy that came to an end and is not in production.
std::string deployFailure(const Facts& facts) {
    const Deploy& deploy = *facts.deployment;
    const std::string what = "deploy of " + deploy.version() + " ";
    switch (deploy.state) {
        case DeployState::kUnknown:
            return what + "is in doubt: " + deploy.reason +
                   "; see what runs in production before anything else";
        case DeployState::kRolledBack:
            return what + "was taken back: " + deploy.reason;
        case DeployState::kCancelled:
            return what + "was cancelled before it began: " + deploy.reason;
        default:
            return what + "failed: " + deploy.reason;
    }
}

/// Reads what was recorded: what an exit code means is decided elsewhere, once.
Verdict deployedGate(const Facts& facts) {
    if (facts.project.deploy.empty()) return green("nothing to deploy", {});
    if (!facts.deploy) return notDeployed(facts);
    const Job& job = facts.deploy->job;
    if (!isFinal(job.status)) return waitsFor(job);
    if (!facts.deployment) {
        return stuck("nothing is recorded of the deploy of v" + job.payload.version,
                     jobEvidence(job));
    }
    if (!isFinal(facts.deployment->state)) {
        return needs(WorkKind::kFinalize,
                     "how " + facts.deployment->version() + " ended is not recorded yet");
    }
    if (facts.deployment->state == DeployState::kDeployed) {
        const auto& reason = facts.deployment->reason;
        return green("deployed " + facts.deployment->version() +
                         (facts.deployment->exit_code || reason.empty() ? "" : " (" + reason + ")"),
                     jobEvidence(job));
    }
    const auto tail = facts.deploy->log_tail.empty() ? "" : ", it said: " + facts.deploy->log_tail;
    return stuck(deployFailure(facts) + tail, jobEvidence(job));
}

void overrule(Verdict& verdict, const Facts& facts) {
    if (verdict.colour != Colour::kRed || !facts.override_) return;
    if (facts.override_->bound_to != bindingOf(facts)) return;
    verdict.colour = Colour::kGreen;
    verdict.reason = "overruled by " + facts.override_->by + " (" + facts.override_->comment +
                     "), was red: " + verdict.reason;
    verdict.findings.clear();
}

}  // namespace

const std::map<std::string, Gate>& gateRegistry() {
    static const std::map<std::string, Gate> registry{
        {"artefact", {artefactGate, {}}},
        {"human_approval", {humanApprovalGate, {}}},
        {"committed", {committedGate, {.work = true}}},
        {"review_verdict", {reviewVerdictGate, {.work = true}}},
        {"check", {checkGate, {.work = true}}},
        {"mergeable", {mergeableGate, {.work = true, .preview = true}}},
        {"merged", {mergedGate, {.merged = true}}},
        {"deployed", {deployedGate, {}}},
    };
    return registry;
}

bool isAboutQuarantine(const Verdict& verdict) {
    return std::ranges::any_of(verdict.evidence,
                               [](const auto& pair) { return pair.first == kQuarantined; });
}

std::string bindingOf(const Facts& facts) {
    if (facts.artefact) return facts.artefact->hash;
    return facts.work ? facts.work->head : std::string{};
}

std::vector<Verdict> judge(const Facts& facts) {
    if (auto unfinished = agentVerdict(facts)) {
        unfinished->gate = "agent";
        return {*unfinished};
    }
    std::vector<Verdict> verdicts;
    for (const auto& name : facts.stage.gates) {
        Verdict verdict = gateRegistry().at(name).judge(facts);
        verdict.gate = name;
        overrule(verdict, facts);
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

}  // namespace orch

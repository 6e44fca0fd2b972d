#include "core/gates_of_landing.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "core/gate_answers.hpp"
#include "core/gates_of_work.hpp"
#include "core/red_base.hpp"

namespace orch {

namespace {

/// How often it is looked whether the base moved, while its own check is red.
constexpr std::chrono::minutes kBaseLook{2};

/// Whatever failed, the first question is whether it is merged already (L4).
Verdict mergeFailed(const Facts& facts, const Job& job) {
    if (!facts.landed_as) return unclear(facts.landed_as.trouble);
    if (facts.landed_as->empty()) return stuck("merge job " + job.reason, jobEvidence(job));
    return needs(WorkKind::kMerge,
                 "it is on " + facts.project.base + " as " + shortSha(*facts.landed_as) +
                     " although the merge job failed");
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

std::string commandOf(const Facts& facts) {
    return "`" + join(facts.stage.check, " ") + "`";
}

/// What fails without the task's change as well is nobody's rework; it waits for another base.
Verdict baseFailed(const Facts& facts, const Job& job) {
    if (facts.base && *facts.base != job.payload.base) {
        return needs(WorkKind::kCheck,
                     facts.project.base + " moved since the check, which failed on it as well");
    }
    auto verdict = pending(
        commandOf(facts) + " fails on " + facts.project.base + " (" + shortSha(job.payload.base) +
        ") as well, so it is not held against the task; it is checked again when " +
        facts.project.base + " moves");
    verdict.evidence = jobEvidence(*facts.base_check);
    verdict.again = kBaseLook;
    verdict.notice = "base:" + facts.project.name + ":" + job.payload.base;
    return verdict;
}

Verdict checkFailed(const Facts& facts, const Job& job) {
    if (!facts.base_check) {
        return needs(
            WorkKind::kBaseCheck,
            commandOf(facts) + " failed: does it fail on " + facts.project.base + " alone?");
    }
    if (!isFinal(facts.base_check->status)) return waitsFor(*facts.base_check);
    if (judged(*facts.base_check)) return baseFailed(facts, job);
    const auto what = commandOf(facts) + " failed";
    return red(what + ": " + job.reason,
               {what + " (" + job.reason + "):\n" + facts.check->log_tail},
               jobEvidence(job));
}

}  // namespace

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
    const auto command = commandOf(facts);
    if (job.status == JobStatus::kSucceeded) return green(command + " passed", jobEvidence(job));
    if (judged(job)) return checkFailed(facts, job);
    return stuck(command + " could not be judged: " + job.reason, jobEvidence(job));
}

Verdict mergeableGate(const Facts& facts) {
    if (!facts.preview) return unclear(facts.preview.trouble);
    Evidence evidence{{"head", facts.work ? facts.work->head : ""},
                      {"base", facts.base ? *facts.base : ""}};
    if (const auto unfit = facts.work ? unfitWork(facts) : std::nullopt) return *unfit;
    if (facts.preview->conflicts.empty()) return green("mergeable", evidence);
    const auto files = join(facts.preview->conflicts, ", ");
    return red("conflicts with " + facts.project.base + " in " + files,
               {"Merge " + facts.project.base + " into the branch and resolve: " + files},
               evidence);
}

std::optional<Verdict> voidGate(const Facts& facts) {
    for (const auto& [stage, verdicts] : facts.passed) {
        const auto said = combine(verdicts);
        if (said.colour == Colour::kGreen) continue;
        const auto head = facts.work ? facts.work->head : "";
        const auto why =
            stage + " does not hold for " + shortSha(head) + ": " + said.gate + ": " + said.reason;
        if (said.colour == Colour::kUnclear) return unclear(why);
        auto findings = said.findings;
        if (findings.empty()) findings.push_back(why);
        auto verdict = red(why, std::move(findings), {{"head", head}, {"void", said.gate}});
        verdict.target = stage;
        verdict.anew = true;
        return verdict;
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> trailersOf(const Facts& facts) {
    static const std::map<std::string, std::string> kNames{{"review_verdict", "Orch-Review"},
                                                           {"check", "Orch-Check"},
                                                           {"human_approval", "Orch-Approval"}};
    std::vector<std::pair<std::string, std::string>> trailers;
    for (const auto& [stage, verdicts] : facts.passed) {
        for (const auto& verdict : verdicts) {
            const auto known = kNames.find(verdict.gate);
            if (known == kNames.end()) continue;
            std::string value = stage;
            for (const auto& [key, what] : verdict.evidence) value += " " + key + "=" + what;
            trailers.emplace_back(known->second, std::move(value));
        }
    }
    return trailers;
}

namespace {

Verdict notMerged(const Facts& facts, const std::string& why) {
    if (auto verdict = voidGate(facts)) return *verdict;
    return needs(WorkKind::kMerge, why);
}

}  // namespace

Verdict mergedGate(const Facts& facts) {
    if (!facts.merge) return notMerged(facts, "not merged yet");
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
        if (code == MergeExit::kVoid) return notMerged(facts, "what was passed holds again");
        if (code == MergeExit::kWithdrawn) {
            return red(job.reason,
                       {"Take your own commits to the present " + facts.project.base +
                        " (git rebase --onto): " + job.reason},
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
    return stuck("merge " + shortSha(facts.task.merge_sha) + " is not on " + facts.project.base +
                     " any more: it was reverted, or the branch was rewritten",
                 evidence);
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

}  // namespace orch

#include "core/gates.hpp"

#include <algorithm>

#include "core/gates_of_landing.hpp"
#include "core/gates_of_work.hpp"

namespace orch {

namespace {

constexpr const char* kMerged = "merged";

void overrule(Verdict& verdict, const Facts& facts) {
    if (!mayBeOverruled(verdict) || !facts.override_) return;
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
        {kMerged, {mergedGate, {.merged = true}}},
        {"deployed", {deployedGate, {}}},
    };
    return registry;
}

Needs needsOf(const StageDef& stage) {
    Needs all;
    for (const auto& name : stage.gates) {
        const auto& needs = gateRegistry().at(name).needs;
        all.work |= needs.work;
        all.preview |= needs.preview;
        all.merged |= needs.merged;
    }
    // Without an artefact it is the head that people approve.
    const bool approval = std::ranges::find(stage.gates, "human_approval") != stage.gates.end();
    all.work |= approval && stage.artefact.empty();
    return all;
}

bool mayBeOverruled(const Verdict& verdict) {
    return verdict.colour == Colour::kRed && verdict.gate != kMerged;
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

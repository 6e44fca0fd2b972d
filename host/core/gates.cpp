#include "core/gates.hpp"

#include <algorithm>

#include "core/gates_of_change.hpp"
#include "core/gates_of_landing.hpp"
#include "core/gates_of_work.hpp"

namespace orch {

namespace {

constexpr const char* kMerged = "merged";
constexpr const char* kProtected = "protected";
constexpr const char* kHumanApproval = "human_approval";

void overrule(Verdict& verdict, const Facts& facts) {
    if (!mayBeOverruled(verdict) || !facts.override_) return;
    if (facts.override_->bound_to != bindingOf(verdict, bindingOf(facts))) return;
    verdict.colour = Colour::kGreen;
    verdict.reason = "overruled by " + facts.override_->by + " (" + facts.override_->comment +
                     "), was red: " + verdict.reason;
    verdict.findings.clear();
}

/// Does the stage judge by what the work holds, or let it land?
bool decides(const StageDef& stage) {
    return !stage.check.empty() || stage.merge;
}

Verdict verdictOf(const std::string& gate, const Facts& facts) {
    Verdict verdict = gateRegistry().at(gate).judge(facts);
    verdict.gate = gate;
    overrule(verdict, facts);
    return verdict;
}

}  // namespace

const std::map<std::string, Gate>& gateRegistry() {
    static const std::map<std::string, Gate> registry{
        {"artefact", {artefactGate, {}}},
        {kHumanApproval, {humanApprovalGate, {}}},
        {"committed", {committedGate, {.work = true}}},
        {kProtected, {protectedGate, {.work = true, .changes = true}}},
        {"secrets", {secretsGate, {.work = true, .secrets = true}}},
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
        all.changes |= needs.changes;
        all.secrets |= needs.secrets;
    }
    all.changes |= decides(stage);
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

std::string bindingOf(const Verdict& verdict, const std::string& otherwise) {
    const auto bound =
        std::ranges::find(verdict.evidence, kBoundTo, [](const auto& pair) { return pair.first; });
    return bound == verdict.evidence.end() ? otherwise : bound->second;
}

bool isAnsweredByPeople(const std::string& gate) {
    return gate == kProtected || gate == kHumanApproval;
}

std::vector<std::string> gatesOf(const StageDef& stage, const ProjectDef& project) {
    auto gates = stage.gates;
    const bool implied = decides(stage) && !project.protected_paths.empty();
    const bool listed = std::ranges::find(gates, kProtected) != gates.end();
    if (implied && !listed) gates.insert(gates.begin(), kProtected);
    return gates;
}

std::optional<Verdict> heldBack(const Facts& facts) {
    for (const auto& name : gatesOf(facts.stage, facts.project)) {
        if (name == kMerged) break;
        auto verdict = verdictOf(name, facts);
        if (verdict.colour != Colour::kGreen) return verdict;
    }
    return voidGate(facts);
}

std::vector<Verdict> judge(const Facts& facts) {
    if (auto unfinished = agentVerdict(facts)) {
        unfinished->gate = "agent";
        return {*unfinished};
    }
    std::vector<Verdict> verdicts;
    for (const auto& name : gatesOf(facts.stage, facts.project)) {
        auto verdict = verdictOf(name, facts);
        const bool merges = verdict.needs == WorkKind::kMerge;
        if (merges && combine(verdicts).colour != Colour::kGreen) break;
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

}  // namespace orch

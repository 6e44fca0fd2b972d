#include "core/pipeline.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "core/gates.hpp"

namespace orch {

namespace {

struct Checker {
    const PipelineDef& pipeline;
    const std::vector<std::string>& agents;
    bool forge_reports_checks;
    std::vector<PipelineProblem> problems;

    void say(std::size_t stage, const std::string& key, const std::string& what) {
        problems.push_back({"pipeline.stages[" + std::to_string(stage) + "]" + key, what});
    }
    void checkGate(std::size_t index, std::size_t gate_index);
    void checkStage(std::size_t index);
    void checkBackEdge(std::size_t index);
    void checkWholeWay();
};

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
    const auto near = nearest(word, known);
    return (near ? ", did you mean " + *near + "?" : "") + " (there are: " + join(known, ", ") +
           ")";
}

std::vector<std::string> gateNames() {
    std::vector<std::string> names;
    for (const auto& [name, gate] : gateRegistry()) names.push_back(name);
    return names;
}

/// What a gate waits for and the stage does not have; empty when it can be answered.
std::string missingFor(const std::string& gate, const StageDef& stage) {
    if (gate == "artefact" && stage.artefact.empty()) return "an artefact: add `artefact: NAME.md`";
    if (gate == "artefact" && stage.agent.empty()) return "an agent that writes the artefact";
    if (gate == "review_verdict" && (stage.artefact.empty() || stage.agent.empty())) {
        return "an agent and an artefact such as 04-review.json";
    }
    if (gate == "check" && stage.check.empty()) return "a command: add `check: [make, check]`";
    if ((gate == "merged" || gate == "deployed") && !stage.merge) {
        return "a merge: add `merge: {style: merge}`";
    }
    return {};
}

void Checker::checkGate(std::size_t index, std::size_t gate_index) {
    const auto& stage = pipeline.stages[index];
    const auto& gate = stage.gates[gate_index];
    const std::string key = ".gate[" + std::to_string(gate_index) + "]";
    if (gate == "ci" && !forge_reports_checks) {
        say(index, key, "gate ci waits for CI results, and no project's forge reports any");
    } else if (!gateRegistry().contains(gate)) {
        say(index, key, "unknown gate " + gate + suggestion(gate, gateNames()));
    } else if (const auto missing = missingFor(gate, stage); !missing.empty()) {
        say(index, key, "gate " + gate + " waits for " + missing);
    }
}

void Checker::checkBackEdge(std::size_t index) {
    const auto& edge = pipeline.stages[index].on_red;
    if (edge.limit < 1) say(index, ".on_red.limit", "must be at least 1");
    if (edge.to.empty()) return;
    const auto* target = pipeline.find(edge.to);
    if (target == nullptr) {
        std::vector<std::string> names;
        for (const auto& stage : pipeline.stages) names.push_back(stage.name);
        say(index, ".on_red.to", "unknown stage " + edge.to + suggestion(edge.to, names));
    } else if (target > &pipeline.stages[index]) {
        say(index, ".on_red.to", "stage " + edge.to + " lies ahead: a red gate leads back");
    }
}

void Checker::checkStage(std::size_t index) {
    const auto& stage = pipeline.stages[index];
    if (!stage.agent.empty() && std::ranges::find(agents, stage.agent) == agents.end()) {
        say(index, ".agent", "unknown agent " + stage.agent + suggestion(stage.agent, agents));
    }
    if (stage.agent.empty() && stage.check.empty() && !stage.merge && stage.gates.empty()) {
        say(index,
            "",
            "stage " + stage.name + " has neither an agent, a check, a merge nor a gate");
    }
    const bool judged = std::ranges::find(stage.gates, "check") != stage.gates.end();
    if (!stage.check.empty() && !judged) {
        say(index, ".check", "nothing reads its result: add check to the stage's gate");
    }
    const bool merges = std::ranges::find(stage.gates, "merged") != stage.gates.end();
    if (stage.merge && !merges)
        say(index, ".merge", "nothing observes it: add merged to the stage's gate");
    for (std::size_t gate = 0; gate < stage.gates.size(); ++gate) checkGate(index, gate);
    checkBackEdge(index);
}

void Checker::checkWholeWay() {
    if (pipeline.stages.empty()) problems.push_back({"pipeline.stages", "there is no stage"});
    if (pipeline.rework_limit < 1)
        problems.push_back({"pipeline.rework_limit", "must be at least 1"});
    const auto merges = std::ranges::count_if(pipeline.stages, &StageDef::merge);
    if (merges > 1) problems.push_back({"pipeline.stages", "more than one stage merges"});
}

}  // namespace

bool StageDef::judgesWork() const {
    return std::ranges::find(gates, "review_verdict") != gates.end();
}

const StageDef* PipelineDef::find(const std::string& stage) const {
    const auto found = std::ranges::find(stages, stage, &StageDef::name);
    return found == stages.end() ? nullptr : &*found;
}

const StageDef* PipelineDef::after(const std::string& stage) const {
    const auto* here = find(stage);
    const bool last = here == nullptr || here == &stages.back();
    return last ? nullptr : here + 1;
}

std::string definitionOf(const StageDef& stage) {
    std::string text = stage.name + '\0' + stage.agent + '\0' + stage.artefact + '\0';
    for (const auto& part : stage.check) text += part + '\0';
    for (const auto& gate : stage.gates) text += '\1' + gate;
    return sha256(text).substr(0, 16);
}

std::vector<PipelineProblem> problemsOf(const PipelineDef& pipeline,
                                        const std::vector<std::string>& agents,
                                        bool forge_reports_checks) {
    Checker checker{pipeline, agents, forge_reports_checks, {}};
    checker.checkWholeWay();
    for (std::size_t index = 0; index < pipeline.stages.size(); ++index) checker.checkStage(index);
    return checker.problems;
}

}  // namespace orch

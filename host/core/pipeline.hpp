#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/confinement.hpp"

namespace orch {

/// A command line an agent is started with, and its bounds. `{prompt_file}` and the other
/// placeholders are replaced argument by argument, never through a shell.
struct AgentDef {
    std::string name;
    std::vector<std::string> command;
    Milliseconds timeout{std::chrono::minutes{60}};
    Milliseconds stall{std::chrono::minutes{20}};
    Milliseconds grace{std::chrono::seconds{10}};
    std::uint64_t output_limit{50'000'000};
    int retries = 2;
    std::vector<std::string> pass_env;  ///< names of variables handed on from orchd's environment
    Confine confine = Confine::kAuto;
    std::string run_as;      ///< the user's name; empty: orchd's own
    bool reads_api = false;  ///< is told orchd's address and what opens the reading part of its API
};

/// The one outcome-independent rule of where a red gate leads.
struct BackEdge {
    std::string to;
    int limit = 3;
};

struct StageDef {
    std::string name;
    std::string agent;               ///< empty: no agent
    std::vector<std::string> check;  ///< a command to run on base + head merged; empty: none
    Milliseconds check_timeout{std::chrono::minutes{30}};
    bool merge = false;  ///< the stage merges (and deploys where the project says so)
    bool retest_on_base_change = true;
    std::string artefact;            ///< "01-analysis.md"; empty: none
    std::vector<std::string> gates;  ///< all must be green
    BackEdge on_red;                 ///< `to` defaults to the stage itself
    Milliseconds grace{std::chrono::minutes{10}};

    /// Is its agent one that judges what another did (a reviewer)?
    [[nodiscard]] bool judgesWork() const;
};

/// The whole way, in order; "done" follows the last stage.
struct PipelineDef {
    std::vector<StageDef> stages;
    int rework_limit = 5;  ///< over all back edges of one task

    [[nodiscard]] const StageDef* find(const std::string& stage) const;
    /// The stage after `stage`; nothing after the last, which is "done".
    [[nodiscard]] const StageDef* after(const std::string& stage) const;
};

/// A digest of everything about a stage that a verdict depends on.
[[nodiscard]] std::string definitionOf(const StageDef& stage);

struct PipelineProblem {
    std::string key;  ///< "pipeline.stages[2].gate[1]"
    std::string what;
};
/// Everything wrong with the pipeline as a whole: unknown gates, agents and stages, gates that
/// wait for something nothing sends, back edges that lead forward or have no limit. `agents` are
/// the names that exist; `forge_reports_checks` says whether the gate `ci` can ever answer.
[[nodiscard]] std::vector<PipelineProblem> problemsOf(const PipelineDef& pipeline,
                                                      const std::vector<std::string>& agents,
                                                      bool forge_reports_checks);

}  // namespace orch

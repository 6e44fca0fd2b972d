#include "ctl/demo/settings.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace orch::ctl {

namespace {

constexpr const char* kConfig =
    R"(# Written by `orchctl demo`. Paths are absolute, so that it works from any folder.
state_dir: {state}
server: {listen: 127.0.0.1:0}
queue:
  max_concurrency: 2
  retry: {base: 1s, cap: 1s}
prompts: {prompts}

agents:
  analyst:   {command: [sh, {analyst}], timeout: 5m, grace: 2s}
  architect: {command: [sh, {architect}], timeout: 5m, grace: 2s}
  developer: {command: [sh, {developer}], timeout: 5m, grace: 2s, retries: 2}
  reviewer:  {command: [sh, {reviewer}], timeout: 5m, grace: 2s}

pipeline:
  stages:
    - {name: analysis,     agent: analyst,   artefact: 01-analysis.md, gate: [artefact, human_approval]}
    - {name: architecture, agent: architect, artefact: 02-architecture.md, gate: [artefact]}
    - {name: development,  agent: developer, gate: [committed, secrets], on_red: {to: development, limit: 3}}
    - {name: review,       agent: reviewer,  artefact: 04-review.json, gate: [review_verdict], on_red: {to: development, limit: 3}}
    - {name: testing,      check: [make, check], gate: [check, mergeable], on_red: {to: development, limit: 3}}
    - {name: deploy,       merge: {style: merge}, gate: [merged, deployed]}

projects:
  - name: greeter
    repo: {forge: local, path: {greeter}, base: main}
    tracker: {kind: builtin}
    approvers: [demo]
    deploy: {command: [./deploy.sh, "{version}", {production}], timeout: 5m}
)";

constexpr const char* kPrompt = R"(You work on {{task}}: {{title}}

{{description}}

This is the stage {{stage}}. Earlier artefacts:
{{artefacts}}
Write yours to {{artefact_path}}; commit code on the branch {{branch}}.

What came back last time:
{{feedback}}
)";

/// JSON's quoting is YAML's too, safe for whatever a path may hold.
std::string quoted(const std::filesystem::path& path) {
    return nlohmann::json(path.string()).dump();
}

}  // namespace

void writeSettings(const DemoFolder& folder) {
    const auto agent = [&](const char* name) { return quoted(folder.agents() / name); };
    const auto text = expand(kConfig,
                             {{"state", quoted(folder.state())},
                              {"prompts", quoted(folder.prompts())},
                              {"analyst", agent("analyst.sh")},
                              {"architect", agent("architect.sh")},
                              {"developer", agent("developer.sh")},
                              {"reviewer", agent("reviewer.sh")},
                              {"greeter", quoted(folder.greeter())},
                              {"production", quoted(folder.production())}});
    replaceFile(folder.config(), text, Sync::kNo, 0644);
    for (const char* stage : {"analysis", "architecture", "development", "review"}) {
        replaceFile(folder.prompts() / (std::string{stage} + ".md"), kPrompt, Sync::kNo, 0644);
    }
}

}  // namespace orch::ctl

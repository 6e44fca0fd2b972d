#include "config/config.hpp"

namespace orch {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Claude Code's print mode; config/examples/ has other programs and says more.
AgentDef claude(const std::string& name) {
    AgentDef agent;
    agent.name = name;
    agent.command = {"claude",
                     "-p",
                     "Read the file {prompt_file} and do what it asks.",
                     "--permission-mode",
                     "bypassPermissions"};
    agent.pass_env = {"ANTHROPIC_API_KEY"};
    return agent;
}

StageDef stage(const std::string& name, std::vector<std::string> gates) {
    StageDef made;
    made.name = name;
    made.gates = std::move(gates);
    made.on_red.to = name;
    return made;
}

StageDef agentStage(const std::string& name,
                    const std::string& agent,
                    const std::string& artefact,
                    std::vector<std::string> gates) {
    auto made = stage(name, std::move(gates));
    made.agent = agent;
    made.artefact = artefact;
    return made;
}

PipelineDef defaultPipeline() {
    auto review = agentStage("review", "reviewer", "04-review.json", {"review_verdict"});
    review.on_red.to = "development";
    auto testing = stage("testing", {"check", "mergeable"});
    testing.check = {"make", "check"};
    testing.on_red.to = "development";
    auto deploy = stage("deploy", {"merged", "deployed"});
    deploy.merge = true;
    deploy.grace = minutes(30);
    PipelineDef pipeline;
    pipeline.stages = {
        agentStage("analysis", "analyst", "01-analysis.md", {"artefact", "human_approval"}),
        agentStage("architecture", "architect", "02-architecture.md", {"artefact"}),
        agentStage("development", "developer", "", {"committed", "secrets"}),
        review,
        testing,
        deploy};
    return pipeline;
}

PluginDef plugin(const std::string& name) {
    PluginDef made;
    made.name = name;
    made.where = "the default configuration";
    made.enabled = true;
    made.interval = seconds(30);
    return made;
}

std::vector<PluginDef> defaultPlugins() {
    auto reaper = plugin("reaper");
    reaper.settings = {{.key = "dead_ticks", .values = {"3"}, .where = reaper.where}};
    return {reaper, plugin("mergelease")};
}

}  // namespace

Config defaultConfig() {
    Config config;
    config.agents = {
        claude("analyst"), claude("architect"), claude("developer"), claude("reviewer")};
    config.pipeline = defaultPipeline();
    config.plugins = defaultPlugins();
    return config;
}

}  // namespace orch

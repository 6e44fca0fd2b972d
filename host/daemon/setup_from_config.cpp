#include "daemon/setup_from_config.hpp"

#include "base/confinement.hpp"
#include "config/prompt.hpp"
#include "config/trusted.hpp"
#include "daemon/agent_users.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

std::string searchPathIn(const Environment& environment) {
    const auto path = environment.find("PATH");
    return path == environment.end() ? "" : path->second;
}

std::string inForce(Confine wanted, const std::string& run_as) {
    const auto files = wanted == Confine::kOff ? "off" : describe(confinementSupport());
    return run_as.empty() ? files : "user " + run_as + "; " + files;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> confinementInForce(const Config& config) {
    std::vector<std::pair<std::string, std::string>> all{
        {"checks", inForce(config.checks.confine, config.checks.run_as)}};
    for (const auto& agent : config.agents) {
        all.emplace_back(agent.name, inForce(agent.confine, agent.run_as));
    }
    return all;
}

Setup setupFrom(const Config& config,
                const std::string& config_file,
                const Environment& environment,
                const fs::path& programs,
                const Mask& mask,
                unsigned umask) {
    Setup setup{.state_dir = std::filesystem::absolute(config.state_dir).lexically_normal(),
                .pipeline = config.pipeline,
                .retry = config.queue.retry,
                .environment = environment,
                .confine_checks = config.checks.confine,
                .run_checks_as = config.checks.run_as,
                .users = agentUsers(config),
                .read_only = guardedPaths(config, config_file, programs, searchPathIn(environment)),
                .umask = umask,
                .mask = mask};
    setup.limits.agent = config.queue.max_concurrency;
    setup.limits.exec = config.queue.exec_concurrency;
    setup.retention = config.retention;
    setup.min_free = config.disk.min_free;
    for (const auto& agent : config.agents) setup.agents[agent.name] = agent;
    for (const auto& project : config.projects) setup.projects[project.name] = project;
    setup.render_prompt = [prompts = loadPrompts(config)](const std::string& stage,
                                                          const PromptValues& values) {
        return renderPrompt(prompts.at(stage), {values.begin(), values.end()});
    };
    return setup;
}

}  // namespace orch

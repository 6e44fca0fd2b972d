#include "daemon/setup_from_config.hpp"

#include "base/confinement.hpp"
#include "base/repository_check.hpp"
#include "config/prompt.hpp"
#include "daemon/agent_users.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> readOnly(const Config& config,
                               const std::string& config_file,
                               const fs::path& programs) {
    std::vector<fs::path> paths{fs::absolute(config_file), fs::absolute(programs)};
    if (!config.prompts.empty()) paths.push_back(fs::absolute(config.prompts));
    for (const auto& project : config.projects) {
        const auto repository = fs::absolute(project.path).lexically_normal();
        paths.push_back(repository);
        paths.push_back(gitFolderOf(repository));
    }
    return paths;
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
                const Mask& mask) {
    Setup setup{.state_dir = std::filesystem::absolute(config.state_dir).lexically_normal(),
                .pipeline = config.pipeline,
                .retry = config.queue.retry,
                .environment = environment,
                .confine_checks = config.checks.confine,
                .run_checks_as = config.checks.run_as,
                .users = agentUsers(config),
                .read_only = readOnly(config, config_file, programs),
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

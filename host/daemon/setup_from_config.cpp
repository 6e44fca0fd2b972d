#include "daemon/setup_from_config.hpp"

#include "config/prompt.hpp"

namespace orch {

Setup setupFrom(const Config& config, const Environment& environment) {
    Setup setup{.state_dir = std::filesystem::absolute(config.state_dir).lexically_normal(),
                .pipeline = config.pipeline,
                .retry = config.queue.retry,
                .environment = environment};
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

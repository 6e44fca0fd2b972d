#include "config/config.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "config/overlay.hpp"
#include "config/prompt.hpp"
#include "config/readers.hpp"
#include "config/secrets.hpp"

namespace orch {

namespace {

std::string problemOfFolder(const std::string& text) {
    return text.empty() ? "a folder is needed, such as ./var" : "";
}

/// What is only wrong with the pipeline as a whole; asked once its parts are right.
void checkWhole(const Config& config, bool is_default, Problems& problems) {
    if (problems.anyIn("pipeline") || problems.anyIn("agents")) return;
    const std::string hint =
        is_default ? "; this is the default pipeline, write your own under pipeline.stages" : "";
    std::vector<std::string> agents;
    for (const auto& agent : config.agents) agents.push_back(agent.name);
    constexpr bool kLocalForgeReportsChecks = false;
    for (const auto& found : problemsOf(config.pipeline, agents, kLocalForgeReportsChecks)) {
        problems.add(found.key, found.what + hint);
    }
}

Config read(const YamlNode* root_node, Reading& reading) {
    auto config = defaultConfig();
    Section root(reading, "", "", root_node, Overlay::kYes);
    config.state_dir = root.text("state_dir", config.state_dir, problemOfFolder);
    config.prompts = root.text("prompts", kBuiltInPrompts, problemOfFolder);
    if (config.prompts == kBuiltInPrompts) config.prompts.clear();
    readServer(root.section("server"), config);
    readStore(root.section("store"), config);
    readQueue(root.section("queue"), config);
    readDisk(root.section("disk"), config);
    readRetention(root.section("retention"), config);
    readAgents(root, config);
    readChecks(root.section("checks"), config);
    const bool default_stages = !readPipeline(root, config);
    readPlugins(root, config);
    readProjects(root, config);
    root.finish();
    checkWhole(config, default_stages, reading.problems);
    return config;
}

std::vector<std::string> namesOf(const std::vector<PluginDef>& plugins) {
    std::vector<std::string> names;
    for (const auto& plugin : plugins) names.push_back(plugin.name);
    return names;
}

std::string readText(const std::filesystem::path& file) {
    constexpr std::uint64_t kEnoughToSeeItIsTooLarge = YamlLimits{}.file_bytes + 1;
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        throw ConfigError(file.string() + ":1:1: this is a folder, not a configuration file");
    }
    try {
        if (auto text = readFile(file, kEnoughToSeeItIsTooLarge)) return *std::move(text);
    } catch (const Error& failure) {
        throw ConfigError(file.string() + ":1:1: cannot be read: " + failure.what());
    }
    throw ConfigError(file.string() +
                      ":1:1: there is no such file; name the configuration with --config FILE");
}

}  // namespace

const AgentDef* Config::findAgent(const std::string& name) const {
    const auto found = std::find_if(
        agents.begin(), agents.end(), [&](const AgentDef& agent) { return agent.name == name; });
    return found == agents.end() ? nullptr : &*found;
}

const ProjectDef* Config::findProject(const std::string& name) const {
    const auto found =
        std::find_if(projects.begin(), projects.end(), [&](const ProjectDef& project) {
            return project.name == name;
        });
    return found == projects.end() ? nullptr : &*found;
}

Config parseConfig(const std::string& text,
                   const std::filesystem::path& file,
                   const Environment& environment) {
    Reading reading{environment, Problems(file.string())};
    try {
        const auto root = parseYaml(text);
        auto config = read(&root, reading);
        reading.problems.throwIfAny();
        for (auto& warning : overlayWarnings(reading, namesOf(config.plugins))) {
            config.warnings.push_back(std::move(warning));
        }
        config.references = std::move(reading.references);
        for (auto& warning : referencesInArguments(config)) {
            config.warnings.push_back(std::move(warning));
        }
        return config;
    } catch (const YamlError& error) {
        reading.problems.add(error.mark(), "", error.what());
        reading.problems.throwIfAny();
        throw;  // not reached: there is a problem
    }
}

Config loadConfig(const std::filesystem::path& file, const Environment& environment) {
    return parseConfig(readText(file), file, environment);
}

Environment processEnvironment() {
    Environment variables;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string::npos)
            variables[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return variables;
}

std::vector<std::string> acceptedKeys() {
    const auto sample =
        parseYaml("{agents: {a: {}}, pipeline: {stages: [{}]}, plugins: {a: {}}, projects: [{}]}");
    const Environment none;
    Reading reading{none, Problems("")};
    (void)read(&sample, reading);
    return {reading.accepted.begin(), reading.accepted.end()};
}

}  // namespace orch

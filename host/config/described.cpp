#include "config/described.hpp"

#include "base/text.hpp"
#include "config/prompt.hpp"
#include "core/names.hpp"

namespace orch {

namespace {

using Items = std::vector<DescribedItem>;

Described text(const std::string& value) {
    return {Described::Kind::kText, value, value, true, {}};
}
Described number(int value) {
    return text(std::to_string(value));
}
Described flag(bool value) {
    return text(value ? "true" : "false");
}
Described span(Milliseconds value) {
    return text(value.count() == 0 ? "0s" : formatDuration(value));
}
Described map(Items items) {
    return {Described::Kind::kMap, {}, {}, true, std::move(items)};
}
Described list(Items items) {
    return {Described::Kind::kList, {}, {}, true, std::move(items)};
}

Described texts(const std::vector<std::string>& values) {
    Items items;
    for (const auto& value : values) items.push_back({"", text(value)});
    return list(std::move(items));
}

Described numbers(const std::vector<int>& values) {
    Items items;
    for (const int value : values) items.push_back({"", number(value)});
    return list(std::move(items));
}

Described describe(const ServerConfig& server) {
    const bool is_ipv6 = server.host.find(':') != std::string::npos;
    const auto host = is_ipv6 ? "[" + server.host + "]" : server.host;
    return map({{"listen", text(host + ":" + std::to_string(server.port))},
                {"read", text(server.read_open ? "open" : "token")}});
}

Described describe(const QueueConfig& queue) {
    return map({{"max_concurrency", number(queue.max_concurrency)},
                {"exec_concurrency", number(queue.exec_concurrency)},
                {"retry",
                 map({{"base", span(queue.retry.base)},
                      {"cap", span(queue.retry.cap)},
                      {"later", span(queue.retry.later)},
                      {"max_lost", number(queue.retry.max_lost)}})}});
}

Described describe(const Retention& keep) {
    return map({{"logs", span(keep.logs)},
                {"jobs", span(keep.jobs)},
                {"messages", span(keep.messages)},
                {"branches", span(keep.branches)}});
}

/// Of agents and of checks; `run_as` only where there is one.
void addConfinement(Items& items, Confine confine, const std::string& run_as) {
    items.push_back({"confine", text(std::string(nameOf(confine)))});
    if (!run_as.empty()) items.push_back({"run_as", text(run_as)});
}

Described describe(const AgentDef& agent) {
    Items items{{"command", texts(agent.command)},
                {"timeout", span(agent.timeout)},
                {"stall", span(agent.stall)},
                {"grace", span(agent.grace)},
                {"output_limit", text(formatBytes(agent.output_limit))},
                {"retries", number(agent.retries)},
                {"pass_env", texts(agent.pass_env)}};
    addConfinement(items, agent.confine, agent.run_as);
    items.push_back({"api", text(agent.reads_api ? "read" : "none")});
    return map(std::move(items));
}

Described describe(const ChecksConfig& checks) {
    Items items;
    addConfinement(items, checks.confine, checks.run_as);
    return map(std::move(items));
}

Described describe(const StageDef& stage) {
    Items items{{"name", text(stage.name)}};
    if (!stage.agent.empty()) items.push_back({"agent", text(stage.agent)});
    if (!stage.artefact.empty()) items.push_back({"artefact", text(stage.artefact)});
    if (!stage.check.empty()) items.push_back({"check", texts(stage.check)});
    items.push_back({"check_timeout", span(stage.check_timeout)});
    if (stage.merge) {
        items.push_back({"merge",
                         map({{"style", text("merge")},
                              {"retest_on_base_change", flag(stage.retest_on_base_change)}})});
    }
    items.push_back({"gate", texts(stage.gates)});
    items.push_back(
        {"on_red", map({{"to", text(stage.on_red.to)}, {"limit", number(stage.on_red.limit)}})});
    items.push_back({"grace", span(stage.grace)});
    return map(std::move(items));
}

Described describe(const ProjectDef& project) {
    Items items{{"name", text(project.name)},
                {"repo",
                 map({{"forge", text(project.forge)},
                      {"path", text(project.path)},
                      {"base", text(project.base)}})},
                {"tracker", map({{"kind", text(project.tracker)}})},
                {"approvers", texts(project.approvers)},
                {"protected", texts(project.protected_paths)},
                {"self", flag(project.self)}};
    if (!project.deploy.empty()) {
        items.push_back({"deploy",
                         map({{"command", texts(project.deploy)},
                              {"timeout", span(project.deploy_timeout)},
                              {"exit_codes",
                               map({{"rolled_back", numbers(project.deploy_codes.rolled_back)},
                                    {"retry", numbers(project.deploy_codes.retry)}})}})});
    }
    return map(std::move(items));
}

Described describe(const std::vector<GivenSetting>& settings) {
    Items items;
    for (const auto& given : settings) {
        auto value = given.is_list ? texts(given.values) : text(join(given.values, ""));
        items.push_back({given.key, std::move(value)});
    }
    return map(std::move(items));
}

/// What is not in the file and has no value of its own is left out.
Described describe(const PluginDef& plugin) {
    Items items;
    if (plugin.enabled) items.push_back({"enabled", flag(*plugin.enabled)});
    if (!plugin.library.empty()) items.push_back({"library", text(plugin.library)});
    if (plugin.interval) items.push_back({"interval", span(*plugin.interval)});
    items.push_back({"mode", text(std::string(nameOf(plugin.mode)))});
    items.push_back({"timeout", span(plugin.timeout)});
    if (plugin.isolation != Isolation::kByPlace) {
        items.push_back({"isolation", text(std::string(nameOf(plugin.isolation)))});
    }
    if (plugin.grants) items.push_back({"grants", texts(*plugin.grants)});
    items.push_back({"max_actions_per_hour", number(plugin.max_actions_per_hour)});
    items.push_back({"settings", describe(plugin.settings)});
    return map(std::move(items));
}

template <class T>
Items byName(const std::vector<T>& values) {
    Items items;
    for (const auto& value : values) items.push_back({value.name, describe(value)});
    return items;
}

/// Puts the file's own text where a value came from a variable.
void restoreReferences(Described& node,
                       const std::string& key,
                       const std::map<std::string, std::string>& references) {
    if (node.kind == Described::Kind::kText) {
        const auto found = references.find(key);
        if (found == references.end()) return;
        node.shown = found->second;
        node.is_literal = false;
        return;
    }
    const bool is_list = node.kind == Described::Kind::kList;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        auto& [name, item] = node.items[i];
        const auto child = is_list       ? key + "[" + std::to_string(i) + "]"
                           : key.empty() ? name
                                         : key + "." + name;
        restoreReferences(item, child, references);
    }
}

Described describePlugins(const Config& config) {
    auto items = byName(config.plugins);
    items.insert(items.begin(), {"directory", text(config.plugin_directory)});
    return map(std::move(items));
}

Described promptsText(const Config& config) {
    return text(config.prompts.empty() ? kBuiltInPrompts : config.prompts.string());
}

}  // namespace

Described describe(const Config& config) {
    auto root = map({{"state_dir", text(config.state_dir)},
                     {"prompts", promptsText(config)},
                     {"server", describe(config.server)},
                     {"store",
                      map({{"kind", text(config.store.kind)},
                           {"path", text(config.store.path)},
                           {"lock_wait", span(config.store.lock_wait)}})},
                     {"queue", describe(config.queue)},
                     {"disk", map({{"min_free", text(formatBytes(config.disk.min_free))}})},
                     {"retention", describe(config.retention)},
                     {"agents", map(byName(config.agents))},
                     {"checks", describe(config.checks)},
                     {"pipeline",
                      map({{"rework_limit", number(config.pipeline.rework_limit)},
                           {"stages", list(byName(config.pipeline.stages))}})},
                     {"plugins", describePlugins(config)},
                     {"projects", list(byName(config.projects))}});
    restoreReferences(root, "", config.references);
    return root;
}

}  // namespace orch

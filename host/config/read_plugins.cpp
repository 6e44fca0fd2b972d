#include <algorithm>

#include "base/text.hpp"
#include "config/readers.hpp"
#include "core/names.hpp"

namespace orch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

std::string shown(const std::string& text) {
    return "\"" + cleanUtf8(shorten(text, 40)) + "\"";
}

std::string problemOfMode(const std::string& text) {
    return fromName<PluginMode>(text) ? "" : "expected live or observe, got " + shown(text);
}

std::string problemOfIsolation(const std::string& text) {
    return fromName<Isolation>(text) ? "" : "expected thread or process, got " + shown(text);
}

std::string problemOfLibrary(const std::string& text) {
    return text.empty() ? "a file is needed, such as ./disk-watch.so" : "";
}

/// "jobs.runing (did you mean jobs.running?)".
std::string withNearest(const std::string& method) {
    const auto near = nearest(method, knownMethods());
    return cleanUtf8(shorten(method, 40)) + (near ? " (did you mean " + *near + "?)" : "");
}

void readGrants(Section& section, PluginDef& plugin) {
    std::vector<std::string> unknown;
    auto grants = section.plainTexts("grants", [&](const std::string& method) {
        const auto& known = knownMethods();
        if (std::ranges::find(known, method) == known.end()) unknown.push_back(withNearest(method));
        return std::string();
    });
    if (section.has("grants")) plugin.grants = std::move(grants);
    if (unknown.empty()) return;
    plugin.problem = section.whereIs("grants") + ": " + section.keyOf("grants") +
                     ": there is no method " + join(unknown, ", ") +
                     "; there are: " + join(knownMethods(), ", ");
}

void readVotes(Section& section, PluginDef& plugin) {
    const bool enabled = section.flag("enabled", true);
    if (section.has("enabled")) plugin.enabled = enabled;
    const auto interval = section.duration("interval", {}, milliseconds(100), hours(24));
    if (section.has("interval")) plugin.interval = interval;
}

PluginDef readPlugin(const std::string& name, const std::string& where, Section& section) {
    PluginDef plugin;
    plugin.name = name;
    plugin.where = where;
    plugin.library = section.text("library", "", problemOfLibrary);
    readVotes(section, plugin);
    const auto mode = section.plain("mode", std::string(nameOf(plugin.mode)), problemOfMode);
    plugin.mode = fromName<PluginMode>(mode).value_or(plugin.mode);
    plugin.timeout = section.duration("timeout", plugin.timeout, milliseconds(100), hours(1));
    const auto isolation = section.plain("isolation", "", problemOfIsolation);
    plugin.isolation = fromName<Isolation>(isolation).value_or(plugin.isolation);
    readGrants(section, plugin);
    plugin.max_actions_per_hour =
        section.number("max_actions_per_hour", plugin.max_actions_per_hour, 0, 100'000);
    plugin.settings = section.settings("settings");
    section.finish();
    return plugin;
}

}  // namespace

void readPlugins(Section& root, Config& config) {
    auto plugins = root.section("plugins");
    config.plugin_directory = plugins.text("directory", "");
    auto sections = plugins.others();
    if (root.has("plugins")) config.plugins.clear();
    if (plugins.has("directory") && sections.empty()) {
        config.warnings.emplace_back(
            "plugins names a directory and no plugin, so that none is loaded: list those you want, "
            "such as reaper: {} and mergelease: {}");
    }
    for (auto& [name, section] : sections) {
        config.plugins.push_back(readPlugin(name, plugins.whereIs(name), section));
    }
}

}  // namespace orch

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/commands/plugin_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct ListOptions {};
struct PluginOptions {
    std::string name;
};
struct SwitchOptions {
    std::string name;
    bool on{};
};

ExitCode list(Context& context, const ListOptions&) {
    const auto answer = context.orchd().get("/api/v1/plugins");
    if (context.json) {
        context.print(answer);
    } else {
        printPlugins(context, listOf(answer, "plugins"));
    }
    return ExitCode::kDone;
}

ExitCode show(Context& context, const PluginOptions& options) {
    const auto plugin = context.orchd().get("/api/v1/plugins/" + urlPart(options.name));
    if (context.json) {
        context.print(plugin);
    } else {
        printPlugin(context, plugin);
    }
    return ExitCode::kDone;
}

void printAnswer(const Context& context, const json& answer, bool holds) {
    const auto sentence = withLocalTimes(harmlessLine(textOf(answer, "sentence")), context.now);
    if (!holds) {
        context.err << "orchctl: " << sentence << " · one switch that is off is enough\n";
        return;
    }
    context.out << sentence << '\n';
    const auto& plugin = objectOf(answer, "plugin");
    if (isSet(answer, "on") && !plugin.empty() && !runs(plugin)) printWhyNot(context, plugin);
}

ExitCode setSwitch(Context& context, const SwitchOptions& options) {
    auto answer = context.orchd().post(
        "/api/v1/plugins/" + urlPart(options.name) + (options.on ? "/enable" : "/disable"),
        {{"by", context.actor()}});
    const bool holds = isSet(answer, "on") == options.on;
    const auto code = holds ? ExitCode::kDone : ExitCode::kHeld;
    if (context.json) {
        answer["exit_code"] = static_cast<int>(code);
        context.print(answer);
    } else {
        printAnswer(context, answer, holds);
    }
    return code;
}

void addName(CLI::App& command, std::string& name) {
    command.add_option("plugin", name, "The plugin, as in reaper")->required()->type_name("");
}

void addSwitch(CLI::App& plugin, Action& chosen, bool on) {
    auto* command = on ? plugin.add_subcommand("enable", "Take your switch back to on")
                       : plugin.add_subcommand("disable", "Off, at once and until you enable it");
    command->footer(
        on ? R"(A plugin works while none of its three switches is off: its variable in orchd's environment,
"enabled" of its entry in the configuration, and this one. It ends with 5 when another one keeps
it off, and says which.
Example:
  orchctl plugin enable reaper)"
           : R"(Once this has answered, nothing that the plugin does follows: it is not ticked, and what it was
about to write is refused. It stays loaded, and off over restarts of orchd until it is enabled.
Example:
  orchctl plugin disable reaper && orchctl why reaper)");
    auto options = std::make_shared<SwitchOptions>();
    options->on = on;
    addName(*command, options->name);
    choose(*command, chosen, options, &setSwitch);
}

}  // namespace

void addPlugin(CLI::App& app, Action& chosen) {
    auto* plugin = app.add_subcommand("plugin", "The behaviours of orchd, and who switched them");
    plugin->require_subcommand(1);
    plugin->footer(
        R"(Examples:
  orchctl plugin list               what runs, what is off and by whom, what was refused and why
  orchctl plugin show reaper        its settings, grants, last error
  orchctl plugin disable reaper     off means off, at once
  orchctl why reaper                what it decided lately, and on what evidence)");
    auto* all = plugin->add_subcommand("list", "Every plugin with its state, a line each");
    all->footer(
        "Example:\n  orchctl plugin list --json | jq '.plugins[] | select(.state != \"running\")'");
    choose(*all, chosen, std::make_shared<ListOptions>(), &list);
    auto* one = plugin->add_subcommand("show", "One plugin: settings, grants, ticks, last error");
    one->footer("Example:\n  orchctl plugin show reaper");
    auto options = std::make_shared<PluginOptions>();
    addName(*one, options->name);
    choose(*one, chosen, options, &show);
    addSwitch(*plugin, chosen, true);
    addSwitch(*plugin, chosen, false);
}

}  // namespace orch::ctl

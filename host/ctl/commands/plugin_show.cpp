#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/commands/plugin_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

constexpr std::size_t kLabel = 10;

void printLine(const Context& context, const std::string& label, const std::string& text) {
    if (text.empty()) return;
    context.out << "  " << context.terminal.paint(Tint::kFaint, label)
                << std::string(label.size() < kLabel ? kLabel - label.size() : 1, ' ')
                << withLocalTimes(harmlessLine(text), context.now) << '\n';
}

std::string listed(const json& plugin, const char* field) {
    std::vector<std::string> names;
    for (const auto& name : listOf(plugin, field)) {
        if (name.is_string()) names.push_back(name.get<std::string>());
    }
    return join(names, ", ");
}

std::string ticksOf(const json& plugin) {
    return textOf(plugin, "ticks") + " · every " + seconds(plugin, "interval") + " · last " +
           textOf(plugin, "last_tick") + " · next in " + seconds(plugin, "next_in") + " · missed " +
           textOf(plugin, "missed") + " · late p99 " + milliseconds(plugin, "late_p99_ms") +
           " · takes p50 " + milliseconds(plugin, "tick_p50_ms");
}

std::string failuresOf(const json& plugin) {
    const auto error = textOr(plugin, "last_error");
    return textOf(plugin, "failures") + " · in a row " + textOf(plugin, "failures_in_a_row") +
           (error.empty() ? "" : " · last: " + error);
}

/// Teaches where else it can be switched off.
std::string switchOf(const json& plugin) {
    const auto text = textOf(plugin, "switch");
    const auto variable = textOr(plugin, "kill_switch");
    return variable.empty() || text.find(variable) != std::string::npos
               ? text
               : text + " · other switches: " + variable +
                     " in orchd's environment, enabled in its entry";
}

void printSettings(const Context& context, const json& plugin) {
    std::string label = "settings";
    for (const auto& [name, value] : objectOf(plugin, "settings").items()) {
        const auto text = value.is_string()
                              ? value.get<std::string>()
                              : value.dump(-1, ' ', false, json::error_handler_t::replace);
        printLine(context, label, name + " = " + text);
        label.clear();
    }
}

void printGrants(const Context& context, const json& plugin) {
    printLine(context, "needs", listed(plugin, "needs"));
    printLine(context, "grants", listed(plugin, "grants"));
    printLine(context, "refused", listed(plugin, "refused_calls"));
    printLine(context,
              "actions",
              textOf(plugin, "actions_last_hour") + " in the last hour, at most " +
                  textOf(plugin, "max_actions_per_hour"));
}

void printBlock(const Context& context, const json& plugin) {
    const auto block = textOr(plugin, "block");
    const auto& snapshot = objectOf(plugin, "snapshot");
    if (block.empty() || snapshot.empty()) return;
    printLine(context, "says", snapshot.dump(-1, ' ', false, json::error_handler_t::replace));
    printLine(context, "", "(" + block + " in GET /queue)");
}

}  // namespace

void printPlugin(const Context& context, const json& plugin) {
    const auto state = textOf(plugin, "state");
    context.out << context.terminal.paint(Tint::kBold, harmlessLine(textOf(plugin, "name"))) << ' '
                << harmlessLine(textOf(plugin, "version")) << " · "
                << context.terminal.paint(tintOf(state), harmlessLine(state)) << " · "
                << harmlessLine(textOf(plugin, "mode")) << " · generation "
                << harmlessLine(textOf(plugin, "generation")) << '\n';
    if (!runs(plugin)) printLine(context, "because", whyNot(plugin));
    printLine(context, "switch", switchOf(plugin));
    printLine(context, "library", textOr(plugin, "library"));
    printLine(context, "ticks", ticksOf(plugin));
    printLine(context, "failures", failuresOf(plugin));
    printGrants(context, plugin);
    printSettings(context, plugin);
    printBlock(context, plugin);
}

}  // namespace orch::ctl

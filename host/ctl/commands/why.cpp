#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/commands/journal_text.hpp"
#include "ctl/commands/plugin_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct WhyOptions {
    std::string plugin;
    int limit = 20;
};

json decisionsOf(Context& context, const WhyOptions& options) {
    return listOf(
        context.orchd().get("/api/v1/journal" + query({{"actor", "plugin:" + options.plugin},
                                                       {"limit", std::to_string(options.limit)}})),
        "entries");
}

/// Nothing when orchd does not know it any more, but it left decisions behind.
json statusOf(Context& context, const WhyOptions& options, const json& decisions) {
    try {
        return context.orchd().get("/api/v1/plugins/" + urlPart(options.plugin));
    } catch (const RefusedByOrchd& unknown) {
        if (unknown.status() != 404 || decisions.empty()) throw;
        return nullptr;
    }
}

std::string ticksOf(const Context& context, const json& plugin) {
    const auto since = textOr(plugin, "since");
    const auto last = textOr(plugin, "last_tick");
    if (last.empty()) return "it has not ticked yet";
    return numberOf(plugin, "ticks") == 1
               ? "it ticked once, at " + localTime(last, context.now)
               : "it ticked " + textOf(plugin, "ticks") + " times" +
                     (since.empty() ? "" : " since " + localTime(since, context.now)) +
                     ", the last at " + localTime(last, context.now);
}

void printStatus(const Context& context, const WhyOptions& options, const json& plugin) {
    if (plugin.is_null()) {
        context.out << harmlessLine(options.plugin) << " is not in the configuration any more\n";
    } else if (!runs(plugin)) {
        printWhyNot(context, plugin);
    } else {
        const bool observes = textOr(plugin, "mode") == "observe";
        context.out << harmlessLine(options.plugin) << " is running"
                    << (observes ? " in mode observe: it decides and does nothing" : "") << " · "
                    << harmlessLine(ticksOf(context, plugin)) << '\n';
    }
}

void printDecision(const Context& context, const json& entry) {
    printEntry(context, entry);
    const auto evidence = evidenceOf(entry);
    if (!evidence.empty()) {
        context.out << "       " << withLocalTimes(harmlessLine(evidence), context.now) << '\n';
    }
}

ExitCode why(Context& context, const WhyOptions& options) {
    const auto decisions = decisionsOf(context, options);
    const auto plugin = statusOf(context, options, decisions);
    if (context.json) {
        context.print({{"plugin", plugin}, {"decisions", decisions}});
        return ExitCode::kDone;
    }
    printStatus(context, options, plugin);
    for (const auto& entry : decisions) printDecision(context, entry);
    if (decisions.empty()) {
        context.out << "it has decided nothing so far: the journal has no entry of its\n";
    }
    return ExitCode::kDone;
}

}  // namespace

void addWhy(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand("why", "What a plugin decided lately, and on what evidence");
    command->footer(R"help(The decisions come out of the journal, the newest last; "(only observed)"
marks what a plugin in mode observe would have done. For a task, ask: orchctl explain T-3
Examples:
  orchctl why reaper
  orchctl why reaper -n 3 --json | jq '.decisions[].evidence')help");
    auto options = std::make_shared<WhyOptions>();
    command->add_option("plugin", options->plugin, "The plugin, as in reaper")
        ->required()
        ->type_name("");
    command->add_option("-n,--limit", options->limit, "How many decisions at most")
        ->check(CLI::Range(1, 1000))
        ->type_name("N");
    choose(*command, chosen, options, &why);
}

}  // namespace orch::ctl

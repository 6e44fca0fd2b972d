#include <CLI/CLI.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/commands/plugin_text.hpp"
#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

constexpr int kAskedAbout = 20;  // each is a request, and a status should be quick

struct StatusOptions {};

void printHead(const Context& context, const std::string& url, const json& queue) {
    const auto& counts = objectOf(queue, "counts");
    auto& out = context.out;
    out << "orchd at " << harmlessLine(url) << " · running " << numberOf(counts, "running")
        << " of " << numberOf(queue, "max_concurrency") << " · queued "
        << numberOf(counts, "queued") << " · scheduled " << numberOf(counts, "scheduled");
    if (isSet(queue, "paused")) {
        out << " · " << context.terminal.paint(Tint::kYellow, "the queue is paused");
    }
    out << '\n';
    const auto disk = textOr(objectOf(queue, "disk"), "reason");
    if (!disk.empty()) {
        out << context.terminal.paint(Tint::kYellow, "disk") << "  " << harmlessLine(disk) << '\n';
    }
}

void printCleaning(const Context& context, const json& queue) {
    for (const auto& failure : listOf(objectOf(queue, "janitor"), "failures")) {
        context.out << context.terminal.paint(Tint::kYellow, "clean-up") << "  "
                    << harmlessLine(textOf(failure, "what")) << ": "
                    << harmlessLine(textOf(failure, "why")) << '\n';
    }
}

/// "base main of greeter is red since 14:02 at 3fa9c1e: exit 2 (job 9)".
void printRedBases(const Context& context, const json& queue) {
    for (const auto& red : listOf(queue, "red_bases")) {
        context.out << context.terminal.paint(Tint::kRed, "base") << "  "
                    << harmlessLine(textOf(red, "branch")) << " of "
                    << harmlessLine(textOf(red, "project")) << " is red since "
                    << localTime(textOf(red, "since"), context.now) << " at "
                    << shortSha(harmlessLine(textOf(red, "base"))) << ": "
                    << harmlessLine(textOf(red, "reason")) << " (job " << textOf(red, "job")
                    << ")\n";
    }
}

void printHeldProjects(const Context& context, const json& queue) {
    for (const auto& project : listOf(queue, "projects")) {
        if (textOr(project, "state") != "held") continue;
        context.out << context.terminal.paint(Tint::kRed, "held") << "  "
                    << harmlessLine(textOf(project, "sentence")) << '\n';
    }
}

/// Nothing of an orchd that has no plugins yet.
json pluginsOf(const Client& orchd) {
    try {
        return listOf(orchd.get("/api/v1/plugins"), "plugins");
    } catch (const RefusedByOrchd& unknown) {
        if (unknown.status() != 404) throw;
        return json::array();
    }
}

void printIdlePlugins(const Context& context, const json& plugins) {
    for (const auto& plugin : plugins) {
        if (runs(plugin)) continue;
        context.out << context.terminal.paint(Tint::kYellow, "plugin") << "  ";
        printWhyNot(context, plugin);
    }
}

void printRunning(const Context& context, const json& queue) {
    Table table{{"JOB", "TASK", "PROJECT", "STAGE", "AGENT", "ATTEMPT", "PID", "FOR"}, "PROJECT"};
    for (const auto& job : listOf(queue, "running")) {
        const bool adopted = isSet(job, "adopted");
        table.add({textOf(job, "id"),
                   textOf(job, "task"),
                   textOf(job, "project"),
                   textOf(job, "stage"),
                   textOf(job, "agent"),
                   textOf(job, "attempt"),
                   textOf(job, "pid"),
                   age(textOr(job, "started_at"), context.now) + (adopted ? " (adopted)" : "")});
    }
    if (!table.empty()) table.print(context.out, context.terminal);
}

/// One line: what all have in common, or who has what.
void printConfinement(const Context& context, const json& queue) {
    std::map<std::string, std::vector<std::string>> who_has;
    for (const auto& [who, what] : objectOf(queue, "confinement").items()) {
        who_has[what.is_string() ? what.get<std::string>() : "unknown"].push_back(who);
    }
    for (const auto& [what, who] : who_has) {
        context.out << "confinement: " << harmlessLine(what);
        if (who_has.size() > 1) context.out << " (" << harmlessLine(join(who, ", ")) << ")";
        context.out << '\n';
    }
}

void printNeed(const Context& context,
               const std::string& state,
               const json& task,
               const std::string& why) {
    context.out << context.terminal.paint(Tint::kYellow, harmlessLine(state)) << "  "
                << harmlessLine(textOf(task, "id")) << " in " << harmlessLine(textOf(task, "stage"))
                << ": " << harmlessLine(why) << '\n';
}

/// What an idle task waits for, when it waits for a person.
std::string questionOf(const Client& orchd, const json& task) {
    const auto explanation = orchd.get("/api/v1/tasks/" + urlPart(textOr(task, "id")) + "/explain");
    for (const auto& verdict : listOf(explanation, "verdicts")) {
        if (textOr(verdict, "colour") == "human") return textOf(verdict, "reason");
    }
    return {};
}

void printNeeds(const Context& context, const Client& orchd, const json& tasks) {
    int asked = 0;
    for (const auto& task : listOf(tasks, "tasks")) {
        const auto state = textOr(task, "state");
        if (state == "parked" || state == "paused") {
            printNeed(context, state, task, textOf(task, "reason"));
        }
        const bool idle = state == "active" && objectOf(task, "job").empty();
        if (!idle || ++asked > kAskedAbout) continue;
        const auto question = questionOf(orchd, task);
        if (!question.empty()) printNeed(context, "human", task, question);
    }
}

ExitCode status(Context& context, const StatusOptions&) {
    const auto& orchd = context.orchd();
    auto queue = orchd.get("/queue");
    const auto tasks = orchd.get("/api/v1/tasks");
    const auto plugins = pluginsOf(orchd);
    if (context.json) {
        queue["url"] = orchd.endpoint().place();
        queue["through"] = orchd.endpoint().url.empty() ? "socket" : "tcp";
        queue["plugins"] = plugins;
        queue["tasks"] = listOf(tasks, "tasks");
        context.print(queue);
        return ExitCode::kDone;
    }
    printHead(context, orchd.endpoint().place(), queue);
    printConfinement(context, queue);
    printRunning(context, queue);
    printNeeds(context, orchd, tasks);
    printHeldProjects(context, queue);
    printRedBases(context, queue);
    printIdlePlugins(context, plugins);
    printCleaning(context, queue);
    return ExitCode::kDone;
}

}  // namespace

void addStatus(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand("status", "What runs, what waits, and what needs you");
    command->footer("Example:\n  orchctl status --json | jq .counts.running");
    choose(*command, chosen, std::make_shared<StatusOptions>(), &status);
}

}  // namespace orch::ctl

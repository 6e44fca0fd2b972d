#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

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

void printNeeds(const Context& context, const json& tasks) {
    for (const auto& task : listOf(tasks, "tasks")) {
        const auto state = textOr(task, "state");
        if (state != "parked" && state != "paused") continue;
        context.out << context.terminal.paint(Tint::kYellow, state) << "  "
                    << harmlessLine(textOf(task, "id")) << " in "
                    << harmlessLine(textOf(task, "stage")) << ": "
                    << harmlessLine(textOf(task, "reason")) << '\n';
    }
}

ExitCode status(Context& context, const StatusOptions&) {
    const auto& orchd = context.orchd();
    auto queue = orchd.get("/queue");
    const auto tasks = orchd.get("/api/v1/tasks");
    if (context.json) {
        queue["url"] = orchd.endpoint().url;
        queue["tasks"] = listOf(tasks, "tasks");
        context.print(queue);
        return ExitCode::kDone;
    }
    printHead(context, orchd.endpoint().url, queue);
    printRunning(context, queue);
    printNeeds(context, tasks);
    return ExitCode::kDone;
}

}  // namespace

void addStatus(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand("status", "What runs, what waits, and what needs you");
    command->footer("Example:\n  orchctl status --json | jq .counts.running");
    choose(*command, chosen, std::make_shared<StatusOptions>(), &status);
}

}  // namespace orch::ctl

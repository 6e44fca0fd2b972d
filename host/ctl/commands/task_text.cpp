#include "ctl/commands/task_text.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

std::string liveJobOf(const json& task) {
    const auto& job = objectOf(task, "job");
    return job.empty() ? "-" : textOf(job, "id") + " " + textOf(job, "status");
}

void field(const Context& context, const char* name, const std::string& value) {
    if (value.empty() || value == "-") return;
    context.out << "  " << name << std::string(14 - std::string_view{name}.size(), ' ')
                << harmlessLine(value) << '\n';
}

std::string sinceOf(const Context& context, const json& task) {
    const auto since = textOr(task, "stage_since");
    return localTime(since, context.now) + " (" + age(since, context.now) + ")";
}

std::string reworkOf(const json& task) {
    std::string text;
    for (const auto& [edge, count] : objectOf(objectOf(task, "rework"), "edges").items()) {
        text += (text.empty() ? "" : ", ") + edge + " " + count.dump();
    }
    return text;
}

std::string jobTime(const json& job) {
    const auto& seconds = job.value("seconds", json{});
    if (!seconds.is_number()) return "-";
    const auto tenths = static_cast<long>(seconds.get<double>() * 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

void printTasks(const Context& context, const json& tasks) {
    Table table{{"TASK", "TITLE", "PROJECT", "STAGE", "STATE", "FOR", "JOB"}, "TITLE"};
    for (const auto& task : tasks) {
        const auto state = textOf(task, "state");
        table.add({textOf(task, "id"),
                   textOf(task, "title"),
                   textOf(task, "project"),
                   textOf(task, "stage"),
                   {state, tintOf(state)},
                   age(textOr(task, "stage_since"), context.now),
                   liveJobOf(task)});
    }
    if (table.empty()) {
        context.out << "no tasks\n";
    } else {
        table.print(context.out, context.terminal);
    }
}

void printTask(const Context& context, const json& task) {
    const auto state = textOf(task, "state");
    context.out << context.terminal.paint(Tint::kBold, harmlessLine(textOf(task, "id"))) << " \""
                << harmlessLine(textOf(task, "title")) << "\" · "
                << harmlessLine(textOf(task, "project")) << " · "
                << context.terminal.paint(tintOf(state), harmlessLine(state)) << '\n';
    field(context, "stage", textOf(task, "stage"));
    field(context, "since", sinceOf(context, task));
    field(context, "reason", textOf(task, "reason"));
    field(context, "feedback", textOf(task, "feedback"));
    field(context, "sent back", reworkOf(task));
    field(context, "branch", textOf(task, "branch"));
    field(context, "merged as", textOf(task, "merge_commit"));
    field(context, "deployed", textOf(task, "deployed_version"));
    field(context, "description", textOf(task, "description"));
    printJobs(context, listOf(task, "jobs"));
}

void printJobs(const Context& context, const json& jobs) {
    Table table{{"JOB", "TASK", "STAGE", "AGENT", "STATUS", "ATTEMPT", "TOOK", "REASON"}, "REASON"};
    for (const auto& job : jobs) {
        const auto status = textOf(job, "status");
        table.add({textOf(job, "id"),
                   textOf(job, "task"),
                   textOf(job, "stage"),
                   textOf(job, "agent"),
                   {status, tintOf(status)},
                   textOf(job, "attempt"),
                   jobTime(job),
                   textOf(job, "reason")});
    }
    if (table.empty()) {
        context.out << "no jobs\n";
    } else {
        table.print(context.out, context.terminal);
    }
}

}  // namespace orch::ctl

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/commands/task_text.hpp"
#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct ListOptions {
    std::string task;
    int limit = 50;
};
struct JobOptions {
    std::string job;
};
struct LogOptions {
    std::string job, attempt;
    bool follow = false;
};

ExitCode list(Context& context, const ListOptions& options) {
    const auto answer = context.orchd().get(
        "/api/v1/jobs" + query({{"task", options.task}, {"limit", std::to_string(options.limit)}}));
    if (context.json) {
        context.print(answer);
    } else {
        printJobs(context, listOf(answer, "jobs"));
    }
    return ExitCode::kDone;
}

void printAttempts(const Context& context, const json& job) {
    Table table{{"ATTEMPT", "STARTED", "OUTCOME", "EXIT", "SIGNAL", "DETAIL"}, "DETAIL"};
    for (const auto& attempt : listOf(job, "attempts")) {
        table.add({textOf(attempt, "attempt"),
                   localTime(textOf(attempt, "started_at"), context.now),
                   textOf(attempt, "outcome"),
                   textOf(attempt, "exit_code"),
                   textOf(attempt, "signal"),
                   textOf(attempt, "detail")});
    }
    if (!table.empty()) table.print(context.out, context.terminal);
}

ExitCode show(Context& context, const JobOptions& options) {
    const auto job = context.orchd().get("/api/v1/jobs/" + options.job);
    if (context.json) {
        context.print(job);
        return ExitCode::kDone;
    }
    printJobs(context, json::array({job}));
    printAttempts(context, job);
    return ExitCode::kDone;
}

/// A cut stream looks like one that ended: only the job tells which it was.
void requireEnded(Context& context, const LogOptions& options) {
    const auto job = context.orchd().get("/api/v1/jobs/" + options.job);
    const bool newest = options.attempt.empty() || options.attempt == textOr(job, "attempt");
    if (newest && textOr(job, "status") == "running" && !textOr(job, "pid").empty()) {
        throw Unreachable("orchd closed the log of job " + options.job +
                          " while its agent still runs; ask again");
    }
}

ExitCode log(Context& context, const LogOptions& options) {
    const auto path = "/api/v1/jobs/" + options.job + "/log" +
                      query({{"attempt", options.attempt}, {"follow", options.follow ? "1" : ""}});
    std::string whole;
    context.orchd().stream(path, [&](std::string_view piece) {
        if (context.json) {
            whole += piece;
        } else if (context.terminal.tty) {
            context.out << harmless(piece) << std::flush;
        } else {
            context.out << piece << std::flush;  // into a file or program: the bytes as they are
        }
    });
    if (options.follow) requireEnded(context, options);
    if (context.json) context.print({{"job", std::stoll(options.job)}, {"log", whole}});
    return ExitCode::kDone;
}

ExitCode cancel(Context& context, const JobOptions& options) {
    const auto job =
        context.orchd().post("/api/v1/jobs/" + options.job + "/cancel", {{"by", context.actor()}});
    if (context.json) {
        context.print(job);
    } else {
        context.out << "job " << options.job << " is told to end · now "
                    << harmlessLine(textOf(job, "status")) << '\n';
    }
    return ExitCode::kDone;
}

void addList(CLI::App& job, Action& chosen) {
    auto* command = job.add_subcommand("list", "The newest jobs");
    auto options = std::make_shared<ListOptions>();
    auto* task = command->add_option("--task", options->task, "Only this task's, as in T-3");
    task->type_name("TASK")->transform(taskValidator());
    command->add_option("--limit", options->limit, "How many at most")
        ->check(CLI::Range(1, 1000))
        ->type_name("N");
    choose(*command, chosen, options, &list);
}

void addLog(CLI::App& job, Action& chosen) {
    auto* command = job.add_subcommand("log", "What a job's agent wrote");
    auto options = std::make_shared<LogOptions>();
    addJobId(*command, options->job);
    command->add_option("--attempt", options->attempt, "Which attempt (default: the newest)")
        ->check(CLI::PositiveNumber)
        ->type_name("N");
    command->add_flag("-f,--follow", options->follow, "Go on until the attempt has ended");
    command->footer(
        "On a terminal, control characters are shown as \xEF\xBF\xBD; into a file or pipe the "
        "bytes go as they "
        "are.\nExample:\n  orchctl job log 7 --follow");
    choose(*command, chosen, options, &log);
}

void addOne(CLI::App& job,
            Action& chosen,
            const char* name,
            const char* help,
            ExitCode (*run)(Context&, const JobOptions&)) {
    auto* command = job.add_subcommand(name, help);
    auto options = std::make_shared<JobOptions>();
    addJobId(*command, options->job);
    choose(*command, chosen, options, run);
}

}  // namespace

void addJob(CLI::App& app, Action& chosen) {
    auto* job = app.add_subcommand("job", "Agents at work: look, read along, stop");
    job->require_subcommand(1);
    job->footer(
        "Examples:\n  orchctl job list --task T-3\n  orchctl job log 7 --follow\n"
        "  orchctl job cancel 7        ends its whole process group");
    addList(*job, chosen);
    addOne(*job, chosen, "show", "One job with all its attempts", &show);
    addLog(*job, chosen);
    addOne(*job, chosen, "cancel", "End a job: SIGTERM, grace, SIGKILL to all it started", &cancel);
}

}  // namespace orch::ctl

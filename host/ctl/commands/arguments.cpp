#include "ctl/commands/arguments.hpp"

#include <CLI/CLI.hpp>

#include "base/ids.hpp"

namespace orch::ctl {

namespace {

std::string normaliseTask(std::string& text) {
    const bool prefixed = text.starts_with("T-") || text.starts_with("t-");
    const auto id = parseTaskId("T-" + (prefixed ? text.substr(2) : text));
    if (!id) return "\"" + text + "\" is no task: tasks are called T-1, T-2, …";
    text = name(*id);
    return {};
}

std::string checkJob(std::string& text) {
    const auto key = parseAttemptKey(text + ".1");
    return key ? std::string{} : "\"" + text + "\" is no job: jobs are called 1, 2, …";
}

}  // namespace

CLI::Validator taskValidator() {
    return {normaliseTask, ""};
}

CLI::Option* addTaskId(CLI::App& command, std::string& id) {
    return command.add_option("task", id, "The task, as in T-3")
        ->required()
        ->type_name("")
        ->transform(taskValidator());
}

CLI::Option* addJobId(CLI::App& command, std::string& id) {
    return command.add_option("job", id, "The job, as in 7")
        ->required()
        ->type_name("")
        ->check(CLI::Validator{checkJob, ""});
}

}  // namespace orch::ctl

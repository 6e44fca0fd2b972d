#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ctl/commands/commands.hpp"

namespace orch::ctl {

/// approve, reject, rework, override, pause, resume, retry and cancel.
void addTaskVerbs(CLI::App& task, Action& chosen);

/// A table of the tasks, for people.
void printTasks(const Context& context, const nlohmann::json& tasks);
/// One task with its jobs, for people.
void printTask(const Context& context, const nlohmann::json& task);
/// A table of the jobs, for people.
void printJobs(const Context& context, const nlohmann::json& jobs);

}  // namespace orch::ctl

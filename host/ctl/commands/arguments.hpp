#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "ctl/commands/commands.hpp"

namespace orch::ctl {

/// To transform a task's name by: "T-3", "t-3" and "3" all become "T-3".
[[nodiscard]] CLI::Validator taskValidator();
/// The required positional argument that names a task.
CLI::Option* addTaskId(CLI::App& command, std::string& id);
/// The required positional argument that names a job: "7".
CLI::Option* addJobId(CLI::App& command, std::string& id);

/// Makes `run(context, options)` the chosen action when `command` is given. The options live as
/// long as the action.
template <class Options>
void choose(CLI::App& command,
            Action& chosen,
            std::shared_ptr<Options> options,
            ExitCode (*run)(Context&, const Options&)) {
    command.callback([&chosen, options, run] {
        chosen = [options, run](Context& context) { return run(context, *options); };
    });
}

}  // namespace orch::ctl

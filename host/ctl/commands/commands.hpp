#pragma once

#include <functional>

#include "ctl/context.hpp"

namespace CLI {
class App;
}

namespace orch::ctl {

/// What the command line asked for, done after all of it was understood.
using Action = std::function<ExitCode(Context&)>;

// Each adds one command to `app`; when it is given, its action becomes `chosen`.

void addStatus(CLI::App& app, Action& chosen);
void addTask(CLI::App& app, Action& chosen);
void addJob(CLI::App& app, Action& chosen);
void addQueue(CLI::App& app, Action& chosen);
void addBackup(CLI::App& app, Action& chosen);
void addExplain(CLI::App& app, Action& chosen);
void addProject(CLI::App& app, Action& chosen);
void addPlugin(CLI::App& app, Action& chosen);
void addWhy(CLI::App& app, Action& chosen);
void addJournal(CLI::App& app, Action& chosen);
void addConfig(CLI::App& app, Action& chosen);
void addInit(CLI::App& app, Action& chosen);
void addDoctor(CLI::App& app, Action& chosen);
void addDemo(CLI::App& app, Action& chosen);

}  // namespace orch::ctl

#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/confinement.hpp"
#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "config/prompt.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;
using Problems = std::vector<std::string>;

/// A program with a relative folder is looked for in the worktree, which is not there yet.
std::optional<std::string> problemOfProgram(const std::string& program,
                                            const std::string& search_path) {
    if (program.find('/') == std::string::npos) {
        if (findProgram(program, search_path)) return {};
        return "there is no program " + program + " in PATH (" + search_path +
               "): install it, or name another one";
    }
    if (program.front() != '/' || isProgram(program)) return {};
    return program + " is not there or cannot be executed: install it, or name another one";
}

void checkProgram(const std::string& key,
                  const std::vector<std::string>& command,
                  const std::string& search_path,
                  Problems& problems) {
    if (command.empty()) return;
    if (const auto found = problemOfProgram(command.front(), search_path)) {
        problems.push_back(key + ": " + *found);
    }
}

void checkPrograms(const Config& config, const std::string& search_path, Problems& problems) {
    // One that is missing is told once, however many agents it serves.
    std::map<std::string, std::vector<std::string>> keys_of_programs;
    for (const auto& agent : config.agents) {
        const auto& stages = config.pipeline.stages;
        const bool used = std::any_of(stages.begin(), stages.end(), [&](const StageDef& stage) {
            return stage.agent == agent.name;
        });
        const auto key = "agents." + agent.name + ".command";
        if (used && !agent.command.empty()) keys_of_programs[agent.command.front()].push_back(key);
    }
    for (const auto& [program, keys] : keys_of_programs) {
        checkProgram(join(keys, ", "), {program}, search_path, problems);
    }
    for (const auto& stage : config.pipeline.stages) {
        checkProgram(
            "pipeline.stages." + stage.name + ".check", stage.check, search_path, problems);
    }
}

/// Where the configuration insists on what this kernel does not have.
void checkConfinement(const Config& config, Problems& problems) {
    const auto support = confinementSupport();
    if (support.files()) return;
    const auto check = [&](const std::string& key, Confine wanted) {
        if (wanted != Confine::kRequired) return;
        problems.push_back(key + ".confine: required, but there is " + describe(support) +
                           "; write auto to go on without");
    };
    for (const auto& agent : config.agents) check("agents." + agent.name, agent.confine);
    check("checks", config.checks.confine);
}

/// What is wrong with the file's own words about plugins; their libraries are not looked at.
void checkPlugins(const Config& config, Problems& problems) {
    for (const auto& plugin : config.plugins) {
        if (plugin.problem.empty()) continue;
        // Whoever tells these puts the file before them.
        const auto key = plugin.problem.find("plugins." + plugin.name + ".");
        problems.push_back(plugin.problem.substr(key));
    }
}

fs::path nearestThatExists(fs::path folder) {
    std::error_code error;
    folder = fs::absolute(folder, error).lexically_normal();
    while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
    return folder;
}

void checkStateDir(const fs::path& state_dir, Problems& problems) {
    std::error_code error;
    const auto there = nearestThatExists(state_dir);
    if (!fs::is_directory(there, error)) {
        problems.push_back("state_dir: " + there.string() + " is a file, a folder is needed there");
    } else if (access(there.c_str(), W_OK | X_OK) != 0) {
        problems.push_back("state_dir: " + state_dir.string() +
                           " cannot be written: no permission in " + there.string() +
                           ": give it to the user who runs orchd, or name another folder");
    }
}

/// In the words of a start that would hold the project.
template <class Question>
void collectRefusal(const std::string& key, Problems& problems, Question&& question) {
    try {
        question();
    } catch (const RemoteError& refusal) {
        problems.push_back(key + refusal.what());
    }
}

}  // namespace

std::vector<std::string> environmentProblems(const Config& config, const std::string& search_path) {
    Problems problems;
    checkStateDir(config.state_dir, problems);
    const auto prompts = promptProblems(config);
    problems.insert(problems.end(), prompts.begin(), prompts.end());
    checkConfinement(config, problems);
    if (!config.projects.empty()) checkPrograms(config, search_path, problems);
    for (const auto& project : config.projects) {
        const auto key = "projects." + project.name + ".deploy.command";
        checkProgram(key, project.deploy, search_path, problems);
    }
    return problems;
}

std::vector<std::string> machineProblems(const Config& config, const std::string& search_path) {
    auto problems = environmentProblems(config, search_path);
    checkPlugins(config, problems);
    if (config.projects.empty()) return problems;
    collectRefusal("", problems, [] { requireUsableGit(); });
    for (const auto& project : config.projects) {
        collectRefusal("projects." + project.name + ".repo: ", problems, [&] {
            requireUsableRepository(fs::absolute(project.path).lexically_normal(), project.base);
        });
    }
    return problems;
}

}  // namespace orch

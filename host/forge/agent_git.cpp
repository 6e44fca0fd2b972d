#include "forge/agent_git.hpp"

#include <array>
#include <cstdlib>

#include "base/error.hpp"

namespace orch {

namespace {

/// orchd's own copy of its user's harmless settings (GIT_CONFIG_GLOBAL), never the user's: every
/// agent of that user can write those, and what a filter of theirs makes of files would be judged
/// instead of what lands.
std::string settingsFile() {
    const char* own = getenv("GIT_CONFIG_GLOBAL");
    return own != nullptr ? own : "/dev/null";
}

/// Of orchd's environment, what an agent has too; no setting of git's.
std::vector<std::string> environmentFor(const std::filesystem::path& folder,
                                        const std::string& search_path) {
    std::vector<std::string> environment{
        "PATH=" + search_path,
        "LC_ALL=C",
        "GIT_TERMINAL_PROMPT=0",
        "GIT_CONFIG_GLOBAL=" + settingsFile(),
        // Looking changes nothing: what is locked stays as it is.
        "GIT_OPTIONAL_LOCKS=0",
        "GIT_CEILING_DIRECTORIES=" + folder.parent_path().string()};
    for (const auto* name : {"HOME", "USER", "LOGNAME", "TMPDIR", "TZ"}) {
        const char* value = getenv(name);
        if (value != nullptr) environment.push_back(std::string{name} + "=" + value);
    }
    return environment;
}

}  // namespace

RunSpec AgentGit::specFor(const Git::Arguments& arguments) const {
    const auto program = gitProgram();
    RunSpec spec;
    // What it would start without need: these settings stand above the repository's.
    spec.command = {program.git,
                    "-c",
                    "core.fsmonitor=false",
                    "-c",
                    "core.hooksPath=/dev/null",
                    "-c",
                    "core.attributesFile=/dev/null",
                    "-c",
                    "gc.auto=0",
                    "-c",
                    "maintenance.auto=false",
                    "-c",
                    "core.quotePath=false",
                    "--git-dir=" + git_dir_.string(),
                    "--work-tree=" + folder_.string()};
    spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
    spec.environment = environmentFor(folder_, program.search_path);
    spec.folder = folder_;
    spec.timeout = kTimeout;
    return spec;
}

GitAnswer AgentGit::run(const RunSpec& spec, const Git::Arguments& arguments) const {
    if (!access_.run) return runGit(spec, arguments);
    return runGit(
        spec, arguments, [this](const RunSpec& same) { return access_.run(folder_, same); });
}

GitAnswer AgentGit::ask(const Git::Arguments& arguments, std::chrono::milliseconds timeout) const {
    auto spec = specFor(arguments);
    spec.timeout = timeout;
    return run(spec, arguments);
}

GitAnswer AgentGit::pipe(const Git::Arguments& arguments,
                         int input,
                         int output,
                         std::uint64_t limit) const {
    auto spec = specFor(arguments);
    spec.input = input;
    spec.output = output;
    spec.file_limit = limit;
    return run(spec, arguments);
}

UniqueFd asInput(const std::string& text) {
    try {
        return fileInMemory(text);
    } catch (const Error& error) {
        throw RemoteError(std::string{"cannot hand something to git: "} + error.what(), true);
    }
}

}  // namespace orch

#include "config/trusted.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>

#include "base/confinement.hpp"
#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "base/trust.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

fs::path whole(const fs::path& path) {
    return fs::absolute(path).lexically_normal();
}

/// What git starts is in git's own folders, or looked for like git.
constexpr const char* kOfGit[] = {"git", "git-lfs", "ssh"};

void addGit(const std::string& search_path, std::vector<TrustedFile>& files) {
    const auto trusted = trustedFolders(search_path, geteuid());
    for (const auto* name : kOfGit) {
        if (const auto found = findProgram(name, trusted)) {
            files.push_back({"the folder of " + std::string{name}, found->parent_path()});
        }
    }
    if (const char* folder = getenv("GIT_EXEC_PATH"); folder != nullptr && *folder == '/') {
        files.push_back({"GIT_EXEC_PATH", folder});
    }
}

/// Where the bundled plugins may be (pluginDirectory() chooses).
void addPlugins(const Config& config, const fs::path& programs, std::vector<TrustedFile>& files) {
    std::error_code error;
    const auto installed = programs.parent_path() / "lib/orch/plugins";
    if (!config.plugin_directory.empty()) {
        files.push_back({"plugins.directory", whole(config.plugin_directory), true});
    } else if (!fs::is_directory(programs / "plugins", error) &&
               fs::is_directory(installed, error)) {
        files.push_back({"the plugins that come with orchd", installed, true});
    }
    for (const auto& plugin : config.plugins) {
        if (plugin.library.empty()) continue;
        files.push_back({"plugins." + plugin.name + ".library", whole(plugin.library), true});
    }
}

/// May this process change what is in the folder? Then so may an agent of the same user.
bool needsGuard(const fs::path& path) {
    return access(path.c_str(), W_OK) == 0 || access(path.parent_path().c_str(), W_OK) == 0;
}

bool isConfined(Confine confine, const std::string& run_as) {
    return !run_as.empty() || (confine != Confine::kOff && confinementSupport().files());
}

/// Where a repository keeps branches, objects and LFS objects. Nothing of one that cannot be read
/// now: its project is held, with the reason.
std::vector<fs::path> readableStoresOf(const fs::path& repository) {
    try {
        const auto folder = gitFolderOf(repository);
        return {folder, lfsFolderOf(folder)};
    } catch (const RemoteError&) {
        return {};
    } catch (const fs::filesystem_error&) {
        return {};
    }
}

using Told =
    std::function<void(const std::string& what, const std::optional<std::string>& problem)>;

/// Whose file, folder or link it is, whoever may write it.
std::optional<std::string> ownedByAnother(const fs::path& path) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return {};
    info.st_mode &= ~mode_t{S_IWGRP | S_IWOTH};
    const auto problem = mayChange(info, Place::kNear, {geteuid(), getegid()});
    if (!problem) return {};
    return path.string() + " " + *problem + " " + shellWord(path.string());
}

/// A start closes the folder itself; what another user left in one that was open stays his.
void judgeStateFolder(const fs::path& state_dir, const Told& tell) {
    // Whoever may write beside it can put another there.
    tell("state_dir", trustOf(state_dir.parent_path()).problem);
    tell("state_dir", ownedByAnother(state_dir));
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(state_dir, error)) {
        tell("state_dir", ownedByAnother(entry.path()));
    }
}

bool isBelow(const fs::path& path, const fs::path& folder) {
    const auto inside = path.lexically_relative(folder);
    return !inside.empty() && *inside.begin() != "..";
}

/// Whoever can write the database orders whatever orchd does, and reads all that it knows.
void judgeDatabase(const Config& config, const Told& tell) {
    const auto file = whole(config.databasePath());
    if (isBelow(file, whole(config.state_dir))) return;
    tell("store.path", trustOf(file.parent_path(), Place::kContents).problem);
    // As SQLite and orchd's lock name what they make beside it.
    for (const auto* beside : {"", "-wal", "-shm", "-journal", ".lock"}) {
        tell("store.path", trustOf(file.string() + beside).problem);
    }
}

/// Prompts and programs may be another user's or a group's; nobody means them to be everybody's.
void judgeEverybodys(const Config& config, const std::string& search_path, const Told& tell) {
    const auto judge = [&](const std::string& key, const std::vector<std::string>& command) {
        if (command.empty()) return;
        const auto program = whereIs(command.front(), search_path);
        if (program) tell(key, openToEverybody(*program));
    };
    for (const auto& stage : config.pipeline.stages) {
        judge("pipeline.stages." + stage.name + ".check", stage.check);
    }
    for (const auto& project : config.projects) {
        judge("projects." + project.name + ".deploy.command", project.deploy);
    }
    if (config.prompts.empty()) return;
    tell("prompts", openToEverybody(whole(config.prompts), Place::kContents));
    std::error_code error;
    for (const auto& prompt : fs::directory_iterator(config.prompts, error)) {
        tell("prompts", openToEverybody(whole(prompt.path())));
    }
}

/// Nothing for a name that nobody has.
std::optional<Account> accountOf(const std::string& user) {
    std::array<char, 16'384> room{};
    passwd entry{};
    passwd* found = nullptr;
    getpwnam_r(user.c_str(), &entry, room.data(), room.size(), &found);
    if (found == nullptr) return {};
    return Account{entry.pw_uid, entry.pw_gid};
}

/// An agent's program may be its own user's, too.
std::optional<std::string> whoReplaces(const AgentDef& agent, const fs::path& program) {
    const auto user = agent.run_as.empty() ? std::nullopt : accountOf(agent.run_as);
    return user ? trustOf(program, *user).problem : trustOf(program).problem;
}

void warnOfAgentPrograms(const Config& config,
                         const std::string& search_path,
                         std::vector<std::string>& warnings) {
    std::map<std::string, std::vector<std::string>> agents;  // by what is wrong
    for (const auto& agent : config.agents) {
        if (agent.command.empty()) continue;
        const auto program = whereIs(agent.command.front(), search_path);
        const auto problem = program ? whoReplaces(agent, *program) : std::nullopt;
        if (problem) agents[*problem].push_back(agent.name);
    }
    for (const auto& [problem, names] : agents) {
        warnings.push_back("somebody else decides what the program of " + join(names, ", ") +
                           " does: " + problem);
    }
}

}  // namespace

std::vector<TrustedFile> trustedFiles(const Config& config,
                                      const std::string& config_file,
                                      const fs::path& programs,
                                      const std::string& search_path) {
    std::vector<TrustedFile> files{{"the configuration", whole(config_file)},
                                   {"the folder of orchd", whole(programs)}};
    constexpr std::string_view kPlugins = "plugins";
    for (const std::string_view name :
         {"orchd", "orchctl", "orch-shim", "orch-attack", "plugins"}) {
        std::error_code error;
        const auto file = whole(programs) / name;
        if (!fs::exists(file, error)) continue;
        files.push_back({"the program's " + std::string{name}, file, name == kPlugins});
    }
    addPlugins(config, whole(programs), files);
    addGit(search_path, files);
    return files;
}

std::vector<fs::path> guardedPaths(const Config& config,
                                   const std::string& config_file,
                                   const fs::path& programs,
                                   const std::string& search_path) {
    std::vector<fs::path> paths;
    const auto guard = [&](const fs::path& path) {
        if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
    };
    for (const auto& file : trustedFiles(config, config_file, programs, search_path)) {
        guard(file.path);
        for (const auto& step : trustOf(file.path).way) {
            if (needsGuard(step)) guard(step);
        }
    }
    if (!config.prompts.empty()) guard(whole(config.prompts));
    for (const auto& project : config.projects) {
        const auto repository = whole(project.path);
        guard(repository);
        for (const auto& folder : readableStoresOf(repository)) guard(folder);
    }
    return paths;
}

std::optional<std::string> untrustedConfiguration(const std::string& config_file) {
    const auto problem = trustOf(whole(config_file)).problem;
    if (!problem) return {};
    return "the configuration: " + *problem;
}

std::vector<TrustProblem> trustProblems(const Config& config,
                                        const std::string& config_file,
                                        const fs::path& programs,
                                        const std::string& search_path) {
    std::vector<TrustProblem> problems;
    const auto tell = [&](const std::string& what, const auto& problem, bool of_plugin) {
        if (!problem) return;
        // One open folder is told once, however much is in it.
        const auto told = [&](const TrustProblem& other) {
            return other.sentence.ends_with(": " + *problem) && other.of_plugin <= of_plugin;
        };
        if (std::ranges::any_of(problems, told)) return;
        problems.push_back({what + ": " + *problem, of_plugin});
    };
    for (const auto& file : trustedFiles(config, config_file, programs, search_path)) {
        tell(file.what, trustOf(file.path).problem, file.of_plugin);
    }
    const Told tell_all = [&](const std::string& what, const std::optional<std::string>& problem) {
        tell(what, problem, false);
    };
    judgeStateFolder(whole(config.state_dir), tell_all);
    judgeDatabase(config, tell_all);
    judgeEverybodys(config, search_path, tell_all);
    if (const auto git = untrustedProgram("git", search_path, geteuid())) {
        problems.push_back({"git: " + *git});
    }
    return problems;
}

std::vector<std::string> trustWarnings(const Config& config, const std::string& search_path) {
    std::vector<std::string> warnings;
    for (const auto* name : {"git-lfs", "ssh"}) {
        if (auto told = untrustedProgram(name, search_path, geteuid())) {
            warnings.push_back(*std::move(told));
        }
    }
    warnOfAgentPrograms(config, search_path, warnings);
    std::vector<std::string> open;
    for (const auto& agent : config.agents) {
        if (!isConfined(agent.confine, agent.run_as)) open.push_back(agent.name);
    }
    if (!isConfined(config.checks.confine, config.checks.run_as)) open.emplace_back("checks");
    if (!open.empty()) {
        warnings.push_back("not confined: " + join(open, ", ") + "; " +
                           (open.size() == 1 ? "it" : "they") +
                           " can replace every file of orchd's user, such as its plugins and its "
                           "configuration");
    }
    return warnings;
}

}  // namespace orch

#include "config/trusted.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
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

std::vector<TrustProblem> trustProblems(const Config& config,
                                        const std::string& config_file,
                                        const fs::path& programs,
                                        const std::string& search_path) {
    std::vector<TrustProblem> problems;
    auto files = trustedFiles(config, config_file, programs, search_path);
    // The folder itself is closed by the start; whoever may write beside it can put another there.
    files.push_back({"state_dir", whole(config.state_dir).parent_path()});
    for (const auto& file : files) {
        const auto problem = trustOf(file.path).problem;
        if (!problem) continue;
        const auto sentence = file.what + ": " + *problem;
        // One open folder is told once, however much is in it.
        const auto told = [&](const TrustProblem& other) {
            return other.sentence.ends_with(": " + *problem);
        };
        if (std::ranges::none_of(problems, told)) problems.push_back({sentence, file.of_plugin});
    }
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

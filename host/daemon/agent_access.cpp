#include "daemon/agent_access.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "daemon/own_environment.hpp"
#include "forge/lfs_borrowing.hpp"
#include "launch/confined_run.hpp"
#include "pipeline/confined_paths.hpp"
#include "pipeline/hand_over.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

void set(std::vector<std::string>& environment,
         const std::string& variable,
         const std::string& value) {
    std::erase_if(environment,
                  [&](const std::string& line) { return line.starts_with(variable + "="); });
    environment.push_back(variable + "=" + value);
}

Confinement confinementIn(const Setup& setup, const std::string& project, const fs::path& folder) {
    OwnPaths own{.worktree = folder, .git = sharedPathsOf(setup, project)};
    for (const auto* file : {kGitSettings, kGitExcludes}) {
        own.git.push_back({setup.state_dir / file, PathAccess::kRead});
    }
    return {.paths = confinedPaths({setup.state_dir, setup.read_only}, own)};
}

}  // namespace

fs::path mirrorOf(const Setup& setup, const std::string& project) {
    return setup.state_dir / "mirrors" / (project + ".git");
}

fs::path formerMirrorOf(const Setup& setup, const std::string& project) {
    return setup.state_dir / "repos" / (project + ".git");
}

std::vector<PathRule> sharedPathsOf(const Setup& setup, const std::string& project) {
    auto paths = LfsBorrowing::readable(mirrorOf(setup, project));
    paths.push_back({formerMirrorOf(setup, project), PathAccess::kRead});
    return paths;
}

AgentAccess agentAccess(const Setup& setup, const std::string& project, const fs::path& shim) {
    AgentAccess access;
    // All of them share one user, or none (agent_users.hpp).
    const auto* user = setup.users.empty() ? nullptr : &setup.users.begin()->second;
    if (user != nullptr) access.user = user->ids;
    access.run = [&setup, project, shim, user](const fs::path& folder, const RunSpec& command) {
        RunOrder order{.command = command.command,
                       .folder = command.folder,
                       .environment = command.environment,
                       .confinement = confinementIn(setup, project, folder),
                       .limits = {.file_size = command.file_limit}};
        if (user != nullptr) {
            const auto state = fs::canonical(setup.state_dir);
            openTheWay(state, realPathOf(folder), user->ids.group);
            for (const auto& rule : LfsBorrowing::readable(mirrorOf(setup, project))) {
                openTheWay(state, realPathOf(rule.path), user->ids.group);
            }
            if (const auto former = formerMirrorOf(setup, project); fs::exists(former)) {
                openTheWay(state, realPathOf(former / "objects"), user->ids.group);
            }
            order.confinement->user = user->ids;
            set(order.environment, "HOME", user->home.string());
            set(order.environment, "USER", user->ids.name);
            set(order.environment, "LOGNAME", user->ids.name);
        }
        auto bounds = command;
        bounds.file_limit = 0;  // the order's: the shim itself has none
        try {
            return run(ConfinedRun(shim, order, bounds).spec());
        } catch (const LaunchError& error) {
            throw RemoteError(error.what(), false);
        }
    };
    return access;
}

}  // namespace orch

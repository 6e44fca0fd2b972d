#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/deploy.hpp"

namespace orch {

struct ProjectDef {
    std::string name;
    std::string forge = "local";
    std::filesystem::path path;  ///< the user's repository
    std::string base = "main";
    std::string tracker = "builtin";
    std::vector<std::string> approvers;  ///< empty: whoever holds the token
    bool self = false;
    /// Patterns (core/path_pattern.hpp) of what only a person may let a task change.
    std::vector<std::string> protected_paths;
    std::vector<std::string> deploy;  ///< empty: nothing to deploy; {version} {sha} {project}
    Milliseconds deploy_timeout{std::chrono::minutes{30}};
    DeployExitCodes deploy_codes;
};

}  // namespace orch

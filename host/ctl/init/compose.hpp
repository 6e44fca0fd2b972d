#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ctl/init/agents.hpp"
#include "ctl/init/check_command.hpp"
#include "ctl/init/repository.hpp"

namespace orch::ctl {

/// What `orchctl init` found out and decided.
struct Plan {
    Repository repository;
    bool submodules = false;
    std::string project;
    std::filesystem::path state_dir;
    std::string listen;
    std::optional<CheckCommand> check;
    std::vector<AgentProfile> agents;  ///< installed ones; the first is used
};

/// The commented configuration that says it. Throws Error when a path cannot be written in YAML.
[[nodiscard]] std::string composeConfig(const Plan& plan);

/// A project's name from a folder's: "My Greeter.git" is "my-greeter".
[[nodiscard]] std::string projectNameOf(const std::filesystem::path& folder);

}  // namespace orch::ctl

#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ctl/endpoint.hpp"

namespace orch::ctl {

/// What `orchd --check` says of a configuration, in its words.
struct ConfigFindings {
    std::vector<std::string> errors, warnings;
    std::string praise;  ///< what is said when there are no errors
};

/// Reads `file`, which the sentences name as it is given, and looks at this machine; changes
/// nothing.
[[nodiscard]] ConfigFindings checkConfig(const std::string& file, const Surroundings& around);

/// orch.yaml or config/orch.yaml of this folder; empty when neither is there.
[[nodiscard]] std::string configurationHere(const Surroundings& around);
/// What is said then, with what to do.
inline constexpr const char* kNoConfigurationHere =
    "there is no orch.yaml and no config/orch.yaml in this folder";
inline constexpr const char* kHowToGetOne =
    "write one with orchctl init, or name the one that is elsewhere with --config";

/// Where this user's programs are.
[[nodiscard]] std::string searchPathOf(const Surroundings& around);

}  // namespace orch::ctl

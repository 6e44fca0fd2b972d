#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch::ctl {

/// The command line of one coding agent, as in config/examples.
struct AgentProfile {
    std::string program;    ///< "claude"
    std::string_view text;  ///< the file: comments, then the key `agents`
};

/// Those of the well-known agents, the one most likely to be wanted first.
[[nodiscard]] std::vector<AgentProfile> agentProfiles();

/// Which of them are in `search_path`, in the same order.
[[nodiscard]] std::vector<AgentProfile> installedAgents(const std::string& search_path);

}  // namespace orch::ctl

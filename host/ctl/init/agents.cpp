#include "ctl/init/agents.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/search_path.hpp"
#include "config/built_in.hpp"
#include "config/config.hpp"

namespace orch::ctl {

std::vector<AgentProfile> agentProfiles() {
    std::vector<AgentProfile> profiles;
    for (const auto* name : {"claude-code", "codex", "gemini", "opencode", "aider"}) {
        const auto file = "examples/" + std::string{name} + ".yaml";
        const auto text = builtInFile(file).value();
        const auto config = parseConfig(std::string{text}, file, {});
        profiles.push_back({config.agents.front().command.front(), text});
    }
    return profiles;
}

std::vector<AgentProfile> installedAgents(const std::string& search_path) {
    std::vector<AgentProfile> installed;
    std::ranges::copy_if(agentProfiles(), std::back_inserter(installed), [&](const auto& profile) {
        return findProgram(profile.program, search_path).has_value();
    });
    return installed;
}

}  // namespace orch::ctl

#pragma once

#include <map>
#include <string>

#include "config/config.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// The users that agents and checks of this configuration run as, by name. Throws ConfigError, all
/// in one sentence, where that cannot be: orchd may not become another user, there is no such user,
/// it is root or orchd's own, they are not all the same, or it could not reach the state folder.
[[nodiscard]] std::map<std::string, AgentUser> agentUsers(const Config& config);

}  // namespace orch

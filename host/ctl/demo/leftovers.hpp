#pragma once

#include "ctl/demo/folder.hpp"

namespace orch::ctl {

/// Ends whatever of a demo still runs: the orchd that daemon.json names (SIGTERM, then SIGKILL),
/// the agents, and waits until no attempt's lock is held. Only processes whose command line names
/// this folder are ever signalled. Throws Error when something survives.
void endLeftovers(const DemoFolder& folder);

/// Does the command line of process `pid` name something below `folder`?
[[nodiscard]] bool belongsTo(long pid, const std::filesystem::path& folder);

}  // namespace orch::ctl

#pragma once

#include "ctl/demo/folder.hpp"

namespace orch::ctl {

/// Writes the stand-ins for coding agents into folder.agents(): analyst.sh, architect.sh,
/// developer.sh and reviewer.sh. They decide by what is in the worktree and in their prompt, and
/// each says in the ledger when it begins and ends.
void writeAgents(const DemoFolder& folder);

}  // namespace orch::ctl

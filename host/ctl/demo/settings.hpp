#pragma once

#include "ctl/demo/folder.hpp"

namespace orch::ctl {

/// Writes orch.yaml and the prompts of the demo's orchd: a free port, its state in folder.state(),
/// the four stand-ins as agents, quick retries.
void writeSettings(const DemoFolder& folder);

}  // namespace orch::ctl

#pragma once

#include "core/glance.hpp"
#include "launch/attempt_folder.hpp"

namespace orch {

/// Looks at the lock, then at what the lock makes final. Never throws for what it cannot read.
[[nodiscard]] Glance glanceAt(const AttemptFolder& folder);

/// Copies the exit record to exit.damaged.json, unless that is there, and answers its path. Throws
/// Error.
std::filesystem::path keepCopyOfExit(const AttemptFolder& folder);

}  // namespace orch

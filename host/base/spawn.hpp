#pragma once

#include <sys/types.h>

#include "base/files.hpp"
#include "base/run.hpp"

namespace orch {

/// A child just begun by run(), with our ends of its pipes (non-blocking).
struct SpawnedChild {
    pid_t pid{};
    UniqueFd pidfd;
    UniqueFd output;
    UniqueFd errors;
};

/// Throws Error naming the command and the reason.
[[nodiscard]] SpawnedChild spawnPiped(const RunSpec& spec);

}  // namespace orch

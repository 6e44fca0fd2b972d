#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/files.hpp"
#include "launch/attempt_folder.hpp"

namespace orch {

/// A shim just begun. The descriptors are close-on-exec.
struct SpawnedShim {
    pid_t pid{};
    UniqueFd notice;  ///< gets one byte when proc.json is there, ends with the shim; non-blocking
};

/// Starts `program` for the attempt in `folder`, in a session of its own, with nothing inherited
/// but the locked `lock` (descriptor 3) and the notice pipe (4); its stderr is out.log. SIGTERM is
/// blocked until the shim can answer it: a request that early is not lost. Throws LaunchError,
/// nothing started.
[[nodiscard]] SpawnedShim spawnShim(const std::filesystem::path& program,
                                    const AttemptFolder& folder,
                                    const UniqueFd& lock);

/// A pidfd for `pid`; empty, with errno, when there is none.
[[nodiscard]] UniqueFd openPidfd(pid_t pid);
/// False when the process is gone.
bool signalPidfd(const UniqueFd& pidfd, int signal);

}  // namespace orch

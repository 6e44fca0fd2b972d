#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/process.hpp"

namespace orch {

/// One process as /proc/<pid>/stat shows it.
struct ProcessEntry {
    ProcessIdentity who;
    pid_t parent{}, group{}, session{};
    std::uint64_t cpu_ticks{};  ///< its own and its waited-for children's
    bool ended{};               ///< it runs nothing any more: a zombie
};

/// Every process that can be read now. Not a snapshot: processes come and go while it is read.
[[nodiscard]] std::vector<ProcessEntry> readProcessTable();

/// The children of `root`, their children and so on, zombies included, `root` not.
[[nodiscard]] std::vector<ProcessEntry> descendantsOf(pid_t root,
                                                      const std::vector<ProcessEntry>& table);

/// Sends `signal` to the process that was seen, and to no other that has got its pid since. False
/// when it is gone or may not be signalled.
bool signalExactly(const ProcessEntry& seen, int signal);

}  // namespace orch

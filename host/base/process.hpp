#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace orch {

/// Who a process is: a pid alone may have been given to another one since.
struct ProcessIdentity {
    pid_t pid{};
    std::uint64_t start{};  ///< field 22 of /proc/<pid>/stat, clock ticks since boot
    bool operator==(const ProcessIdentity&) const = default;
};

/// kUnknown never causes an action.
enum class Liveness { kAlive, kDead, kUnknown };

/// /proc/sys/kernel/random/boot_id; the same until the machine boots again.
[[nodiscard]] const std::string& bootId();

/// Nothing when there is no such process (or it cannot be read).
[[nodiscard]] std::optional<ProcessIdentity> identityOf(pid_t pid);

/// Compares state, thread group and start time in /proc. Zombies (Z, X) are dead; stopped and
/// uninterruptible ones are alive; a reused pid or a mere thread id is dead; an unreadable /proc
/// entry of an existing process is unknown.
[[nodiscard]] Liveness observe(const ProcessIdentity& who);

/// Is any process (zombies not counted) in process group `group`?
[[nodiscard]] Liveness observeGroup(pid_t group);

}  // namespace orch

#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/process.hpp"

namespace orch {

/// What a process was seen by.
enum class SeenBy {
    kIdentity,    ///< alive: it is there, with the start time asked for
    kGone,        ///< dead: no process has the pid
    kZombie,      ///< dead: ended, not yet waited for
    kPidReused,   ///< dead: another process has got its pid
    kThreadId,    ///< dead: the number is a thread's of another process
    kHidden,      ///< unknown: it exists, and /proc shows this user nothing of it
    kUnreadable,  ///< unknown: /proc could not be read (no descriptors, an interrupted call)
    kNoStart,     ///< unknown: something has the pid, and no start time is known to compare
    kNoPid        ///< unknown: no pid is known
};
/// "gone", "zombie", "pid_reused", …; empty for kIdentity.
[[nodiscard]] std::string_view nameOf(SeenBy by);

struct Sighting {
    Liveness liveness = Liveness::kUnknown;
    SeenBy by = SeenBy::kNoPid;
    bool operator==(const Sighting&) const = default;
};

/// One look at many processes: what has to be asked about all of them is asked once, when it is
/// first needed. As old as that; make a new one for every look. Not thread-safe.
class ProcessLook {
public:
    /// Stopped, swapped out and uninterruptible processes are alive. `start` nothing: only that a
    /// process is gone can be told.
    [[nodiscard]] Sighting examine(pid_t pid, std::optional<std::uint64_t> start);
    /// How many processes of the group live, its leader not counted; nothing when /proc cannot be
    /// listed. The number of a group says whose it is only while `leader` is not another one's.
    [[nodiscard]] std::optional<int> othersInGroup(pid_t leader);

private:
    [[nodiscard]] bool listsAsLeader(pid_t pid);

    std::optional<std::set<pid_t>> listed_;
    std::optional<std::map<pid_t, int>> members_;  ///< living ones by group, leaders not counted
};

/// examine() of one process. What it costs: two system calls more than a stat file's three.
[[nodiscard]] Sighting examine(const ProcessIdentity& who);

/// The host's name and, after a space, this process's pid namespace: pids of elsewhere mean nothing
/// here.
[[nodiscard]] const std::string& pidSpace();
/// Is that pidSpace(), as it was noted in this or in an earlier boot, this one? A namespace is told
/// from others within one boot only. Empty: nobody noted it, so it is taken for this one.
[[nodiscard]] bool isOurPidSpace(std::string_view noted, bool same_boot);

}  // namespace orch

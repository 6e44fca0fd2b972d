#include "launch/end_process.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/sighting.hpp"
#include "launch/process_table.hpp"

namespace orch {

namespace {

bool anybodyIn(pid_t group, const std::vector<ProcessEntry>& table) {
    return std::ranges::any_of(
        table, [&](const auto& process) { return process.group == group && !process.ended; });
}

/// A pid given to somebody else since was free before, and so was the group of that number.
bool emptyWithout(const ProcessIdentity& leader) {
    const auto seen = examine(leader);
    if (seen.liveness != Liveness::kDead) return false;
    if (seen.by == SeenBy::kPidReused || seen.by == SeenBy::kThreadId) return true;
    return !anybodyIn(leader.pid, readProcessTable());
}

}  // namespace

bool endWithGroup(const ProcessIdentity& leader, int signal) {
    if (leader.pid == getpid()) return false;
    const auto table = readProcessTable();
    // Listed before the leader was seen: the group is proven to be its own.
    if (examine(leader).liveness == Liveness::kAlive) {
        for (const auto& process : table) {
            const bool own = process.who == leader || process.group == leader.pid;
            if (own && process.who.pid != getpid()) signalExactly(process, signal);
        }
    }
    return emptyWithout(leader);
}

}  // namespace orch

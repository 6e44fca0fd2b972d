#include "launch/observe_attempt.hpp"

#include "launch/record_files.hpp"

namespace orch {

namespace {

/// Records are a few hundred bytes; what is longer is none.
constexpr std::uint64_t kLongestRecord = 64U << 10U;

void readExit(const AttemptFolder& folder, AttemptObservation& seen) {
    const auto found = folder.read(folder.exit(), kLongestRecord);
    if (found.absent) return;
    if (found.text) seen.exit = decodeExit(*found.text, folder.key);
    seen.exit_damaged = !seen.exit;
}

/// The agent may have ended before others of its group did. The group's number says so only while
/// no other process has got the agent's pid.
Liveness observeAgent(const ProcessIdentity& agent) {
    const auto itself = observe(agent);
    if (itself != Liveness::kDead) return itself;
    return identityOf(agent.pid) ? Liveness::kDead : observeGroup(agent.pid);
}

}  // namespace

std::optional<ProcRecord> readProc(const AttemptFolder& folder) {
    const auto found = folder.read(folder.proc(), kLongestRecord);
    return found.text ? decodeProc(*found.text, folder.key) : std::nullopt;
}

AttemptObservation observeAttempt(const AttemptFolder& folder) {
    AttemptObservation seen;
    seen.lock = lockState(folder.lock());
    if (seen.lock != LockState::kHeld) readExit(folder, seen);
    const auto proc = folder.read(folder.proc(), kLongestRecord);
    if (proc.text) seen.proc = decodeProc(*proc.text, folder.key);
    seen.proc_damaged = !proc.absent && !seen.proc;
    seen.agent = Liveness::kDead;
    if (!seen.proc) return seen;
    // A shim that left a record left nothing else; a group is searched only where one may be left.
    const bool may_be_orphaned = seen.lock != LockState::kHeld && !seen.exit;
    const auto& agent = seen.proc->agent;
    seen.agent = may_be_orphaned ? observeAgent(agent) : observe(agent);
    return seen;
}

}  // namespace orch

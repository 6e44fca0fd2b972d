#include "core/lease.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

namespace {

/// Do the lease's times and ours come from one clock?
bool sameClock(const LeaseObservation& seen) {
    return seen.same_host && seen.same_boot;
}

/// A lease without a change for one TTL of our own clock is over, whatever its times say; they only
/// count where they are of our clock, and may be from before this observer's first look.
Milliseconds idle(const LeaseObservation& seen, Milliseconds now) {
    return sameClock(seen) ? std::max(seen.unchanged_for, now - seen.lease->renewed)
                           : seen.unchanged_for;
}

bool holderDead(const LeaseObservation& seen) {
    return seen.same_host && (!seen.same_boot || seen.holder == Liveness::kDead);
}

std::string processOf(const Lease& lease) {
    return "process " + std::to_string(lease.holder.pid) + " on " + lease.host;
}

std::string holderOf(const Lease& lease) {
    return lease.task + " (job " + name(lease.job) + ", token " + std::to_string(lease.token) +
           ", " + processOf(lease) + ")";
}

std::string ageOf(const LeaseObservation& seen, Milliseconds now) {
    const auto age = sameClock(seen) ? now - seen.lease->acquired : seen.unchanged_for;
    return (sameClock(seen) ? "taken " : "seen unchanged for ") + spokenDuration(age) +
           (sameClock(seen) ? " ago" : "");
}

std::string leftOf(Milliseconds ttl, Milliseconds passed) {
    return "it is free in " + spokenDuration(ttl - passed) + " at the latest";
}

LeaseJudgement judgeDamaged(Milliseconds unchanged_for, Milliseconds ttl) {
    if (unchanged_for >= ttl) {
        return {LeaseState::kStale, "its file cannot be read and has not changed for its TTL"};
    }
    return {LeaseState::kHeld, "its file cannot be read; " + leftOf(ttl, unchanged_for)};
}

std::string whyDead(const LeaseObservation& seen) {
    if (!seen.same_boot) return "the machine was started again since " + holderOf(*seen.lease);
    return "the process of " + holderOf(*seen.lease) + " is dead";
}

}  // namespace

LeaseJudgement judge(const LeaseObservation& seen, Milliseconds now, Milliseconds ttl) {
    if (!seen.exists) return {LeaseState::kFree, "nobody holds it"};
    if (!seen.lease) return judgeDamaged(seen.unchanged_for, ttl);
    const auto passed = idle(seen, now);
    if (passed >= seen.lease->ttl) {
        return {LeaseState::kStale,
                holderOf(*seen.lease) + " has not renewed it for " + spokenDuration(passed)};
    }
    const auto left = leftOf(seen.lease->ttl, passed);
    if (!holderDead(seen)) {
        return {
            LeaseState::kHeld,
            holderOf(*seen.lease) + " holds it, " + ageOf(seen, now) + "; unless renewed " + left};
    }
    if (seen.hold != LockState::kHeld) return {LeaseState::kStale, whyDead(seen)};
    return {LeaseState::kHeld, whyDead(seen) + ", but a child of it still works; " + left};
}

}  // namespace orch

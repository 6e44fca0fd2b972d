#include <algorithm>

#include "common/words.hpp"
#include "mergelease/decide.hpp"

namespace orch::mergelease {

namespace {

using common::spoken;

Judgement held(Ground ground, std::string reason) {
    return {false, ground, std::move(reason)};
}
Judgement stale(Ground ground, std::string reason) {
    return {true, ground, std::move(reason)};
}

std::string holderOf(const LeaseSeen& lease) {
    const auto job = std::to_string(lease.job) + "." + std::to_string(lease.attempt);
    const auto pid = lease.pid ? std::to_string(*lease.pid) : "?";
    return lease.task + " (job " + job + ", process " + pid + " on " + lease.host + ")";
}

/// Its times are of this machine's clock. Of any other only counts what was seen here.
bool ofOurClock(const LeaseSeen& lease) {
    return lease.same_host && lease.same_boot;
}

Milliseconds idleOf(const LeaseSeen& lease) {
    return ofOurClock(lease) ? std::max(lease.unchanged, lease.age) : lease.unchanged;
}

std::string leftOf(Milliseconds left) {
    return "free in " + spoken(left) + " at the latest";
}

Judgement judgeDamaged(const LeaseSeen& lease) {
    if (lease.unchanged >= lease.ttl) {
        return stale(Ground::kUnreadableExpired,
                     "its file cannot be read and has not changed for " + spoken(lease.unchanged));
    }
    return held(Ground::kUnreadable,
                "its file cannot be read; " + leftOf(lease.ttl - lease.unchanged));
}

/// A dead holder: it still counts while a git that it started keeps the hold lock, or while nobody
/// can tell.
Judgement judgeDead(const LeaseSeen& lease, const std::string& left) {
    if (lease.hold == Lock::kHeld || lease.hold == Lock::kUnknown) {
        return held(Ground::kOrphanWorks,
                    holderOf(lease) + " is dead, but a git of its own may still work; " + left);
    }
    if (!lease.same_boot) {
        return stale(Ground::kOtherBoot, "the machine was started again since " + holderOf(lease));
    }
    return stale(Ground::kHolderDead, holderOf(lease) + " is dead");
}

bool isDead(const LeaseSeen& lease) {
    return lease.same_host && (!lease.same_boot || lease.holder == Life::kDead);
}

}  // namespace

Judgement judge(const LeaseSeen& lease) {
    if (!lease.token) return judgeDamaged(lease);
    const auto idle = idleOf(lease);
    if (idle >= lease.ttl) {
        return stale(Ground::kExpired, holderOf(lease) + " has not renewed it for " + spoken(idle));
    }
    const auto left = leftOf(lease.ttl - idle);
    if (isDead(lease)) return judgeDead(lease, left);
    const bool known = lease.same_host && lease.holder == Life::kAlive;
    return held(known ? Ground::kHolderAlive : Ground::kUnknownHolder,
                holderOf(lease) + (known ? " holds it; " : " holds it, maybe; ") + left);
}

std::string wordOf(Ground ground) {
    switch (ground) {
        case Ground::kHolderAlive:
            return "holder_alive";
        case Ground::kOrphanWorks:
            return "orphan_works";
        case Ground::kUnknownHolder:
            return "unknown_holder";
        case Ground::kUnreadable:
            return "damaged";
        case Ground::kHolderDead:
            return "holder_dead";
        case Ground::kOtherBoot:
            return "other_boot";
        case Ground::kExpired:
            return "expired";
        case Ground::kUnreadableExpired:
            break;
    }
    return "damaged_expired";
}

}  // namespace orch::mergelease

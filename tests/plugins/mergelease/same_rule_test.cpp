#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "core/lease.hpp"
#include "mergelease/decide.hpp"

// The plugin and orchd's own acquire judge by one rule. They are written apart, since a plugin sees
// the SDK alone; here both look at the same lease.

namespace orch::mergelease {

using namespace std::chrono_literals;

constexpr Milliseconds kObserverTtl = 10min;

Milliseconds around(Milliseconds ttl) {
    return *rc::gen::element<Milliseconds>(0ms, 1ms, ttl / 2, ttl - 1ms, ttl, ttl + 1ms, 5 * ttl);
}

Lease anyLease(Milliseconds now) {
    Lease lease{.repository = "app-1", .token = *rc::gen::inRange(0, 9), .host = "a"};
    lease.ttl = *rc::gen::element<Milliseconds>(1s, 10min, 1h);
    // Another boot's times may be from the future.
    lease.renewed = *rc::gen::arbitrary<bool>() ? now - around(lease.ttl) : now + around(lease.ttl);
    lease.acquired = lease.renewed;
    return lease;
}

LeaseObservation anyObservation(Milliseconds now) {
    LeaseObservation seen{.repository = "app-1", .exists = true};
    if (*rc::gen::weightedElement<bool>({{5, true}, {1, false}})) seen.lease = anyLease(now);
    seen.same_host = *rc::gen::arbitrary<bool>();
    seen.same_boot = *rc::gen::arbitrary<bool>();
    seen.holder = *rc::gen::element(Liveness::kAlive, Liveness::kDead, Liveness::kUnknown);
    seen.hold = *rc::gen::element(LockState::kHeld, LockState::kFree, LockState::kAbsent);
    seen.unchanged_for = around(seen.lease ? seen.lease->ttl : kObserverTtl);
    return seen;
}

Life lifeOf(Liveness life) {
    if (life == Liveness::kUnknown) return Life::kUnknown;
    return life == Liveness::kAlive ? Life::kAlive : Life::kDead;
}
Lock lockOf(LockState lock) {
    if (lock == LockState::kAbsent) return Lock::kAbsent;
    return lock == LockState::kHeld ? Lock::kHeld : Lock::kFree;
}

/// As sdk/docs/services.md tells a plugin of it (leases.list).
LeaseSeen toldOf(const LeaseObservation& seen, Milliseconds now) {
    LeaseSeen told{.repository = seen.repository};
    if (seen.lease) told.token = seen.lease->token;
    told.same_host = seen.same_host;
    told.same_boot = seen.same_boot;
    told.holder = lifeOf(seen.holder);
    told.hold = lockOf(seen.hold);
    told.age = seen.lease ? now - seen.lease->renewed : seen.unchanged_for;
    told.ttl = seen.lease ? seen.lease->ttl : kObserverTtl;
    told.unchanged = seen.unchanged_for;
    return told;
}

// proves L2: one staleness rule, whoever asks
RC_GTEST_PROP(MergeLeaseSameRuleTest, PluginAndOrchdAgreeOnEveryLease, ()) {
    const Milliseconds now = 24h;
    const auto seen = anyObservation(now);
    const bool stale = orch::judge(seen, now, kObserverTtl).state == LeaseState::kStale;
    RC_CLASSIFY(stale);
    RC_ASSERT(judge(toldOf(seen, now)).stale == stale);
}

RC_GTEST_PROP(MergeLeaseSameRuleTest, WhatIsStaleIsReclaimedOnceAndNothingElse, ()) {
    const Milliseconds now = 24h;
    const auto seen = anyObservation(now);
    const bool stale = orch::judge(seen, now, kObserverTtl).state == LeaseState::kStale;
    const auto decided = decide({toldOf(seen, now)}, {now, 30s}, {});
    RC_ASSERT(decided.reclaims.size() == (stale ? 1U : 0U));
}

}  // namespace orch::mergelease

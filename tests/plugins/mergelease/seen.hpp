#pragma once

#include "mergelease/decide.hpp"

namespace orch::mergelease {

constexpr Milliseconds kTtl = std::chrono::minutes{10};
constexpr Milliseconds kInterval{30'000};

/// A lease of this machine, renewed a minute ago by a process that lives.
inline LeaseSeen held() {
    LeaseSeen lease{.repository = "app-1", .token = 5, .task = "T-3", .host = "here", .job = 7};
    lease.attempt = 2;
    lease.pid = 4711;
    lease.same_host = lease.same_boot = true;
    lease.holder = Life::kAlive;
    lease.hold = Lock::kHeld;
    lease.age = lease.unchanged = std::chrono::minutes{1};
    lease.ttl = kTtl;
    return lease;
}

inline LeaseSeen dead(Lock hold = Lock::kFree) {
    auto lease = held();
    lease.holder = Life::kDead;
    lease.hold = hold;
    return lease;
}

inline LeaseSeen damaged(Milliseconds unchanged) {
    LeaseSeen lease{.repository = "app-1"};
    lease.holder = Life::kDead;
    lease.hold = Lock::kFree;
    lease.unchanged = lease.age = unchanged;
    lease.ttl = kTtl;
    return lease;
}

inline LeaseSeen of(const std::string& repository, LeaseSeen lease) {
    lease.repository = repository;
    return lease;
}

}  // namespace orch::mergelease

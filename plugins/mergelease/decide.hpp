#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/mass_guard.hpp"
#include "common/remark.hpp"
#include "orch/types.hpp"

// When a merge lease is stale, without any input or output: the same arguments give the same
// answer. It is the rule by which orchd itself acquires one, so that reclaiming ahead of time
// changes when a merge begins and never whether it may.

namespace orch::mergelease {

enum class Ground {
    kHolderAlive,    ///< held: nothing says that it is over, and its TTL has not passed
    kOrphanWorks,    ///< held: the holder is dead, but a git of its own keeps the hold lock
    kUnknownHolder,  ///< held: nobody can tell whether its holder lives
    kUnreadable,     ///< held: the file is damaged, which says nothing of its holder
    kHolderDead,     ///< stale at once
    kOtherBoot,      ///< stale at once: a fact
    kExpired,        ///< stale: its TTL has passed without a renewal
    kUnreadableExpired
};
struct Judgement {
    bool stale = false;
    Ground ground{};
    std::string reason;  ///< a clause for people, with the holder
};
[[nodiscard]] Judgement judge(const LeaseSeen& lease);
/// "holder_dead", "expired" …
[[nodiscard]] std::string wordOf(Ground ground);

struct LeaseKey {
    std::string repository;
    std::optional<std::int64_t> token;  ///< nothing: damaged
    auto operator<=>(const LeaseKey&) const = default;
};
struct Reclaim {
    LeaseKey lease;
    Why why;
    std::optional<Notice> notice;  ///< for people, once it is done
};
struct Standing {
    LeaseSeen lease;
    Judgement judgement;
};

/// When a tick is. A second look that comes sooner than half the interval is none.
struct Moment {
    Milliseconds awake{};
    Milliseconds interval{};
};
struct Memory {
    common::MassGuard<LeaseKey> guard;
    std::set<std::string> damaged;  ///< repositories whose lease could not be read last time
};
struct Decided {
    std::vector<Reclaim> reclaims;  ///< at most one a lease
    std::vector<Notice> notices;
    std::vector<common::Remark> remarks;
    std::vector<Standing> leases;  ///< every lease, as it is judged
    Memory memory;
};
[[nodiscard]] Decided decide(const std::vector<LeaseSeen>& seen, Moment now, const Memory& memory);

}  // namespace orch::mergelease

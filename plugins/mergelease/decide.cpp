#include "mergelease/decide.hpp"

#include "common/words.hpp"

namespace orch::mergelease {

namespace {

using common::wordOf;

LeaseKey keyOf(const LeaseSeen& lease) {
    return {lease.repository, lease.token};
}

/// Nothing in it grows from tick to tick: the same decision is told once in mode: observe.
Why whyOf(const LeaseSeen& lease, Ground ground) {
    const auto holder = lease.task.empty() ? "its holder" : lease.task;
    std::string decision = "the merge lease of " + lease.repository + " is deleted: ";
    if (ground == Ground::kHolderDead) decision += holder + " died with it";
    if (ground == Ground::kOtherBoot) decision += "the machine was started again since " + holder;
    if (ground == Ground::kExpired) decision += holder + " has not renewed it for its TTL";
    if (ground == Ground::kUnreadableExpired) decision += "it cannot be read, for a whole TTL";
    return {mergelease::wordOf(ground),
            decision,
            {{"token", lease.token ? std::to_string(*lease.token) : "none"},
             {"task", lease.task},
             {"host", lease.host},
             {"pid", lease.pid ? std::to_string(*lease.pid) : "none"},
             {"holder", wordOf(lease.holder)},
             {"hold", wordOf(lease.hold)},
             {"renewals", std::to_string(lease.renewals)},
             {"ttl", common::spoken(lease.ttl)}}};
}

/// Its holder lives and does not renew: somebody should look at it. It is not ended; it stops by
/// itself, and its push is refused.
Notice aboutLiving(const LeaseSeen& lease) {
    return {"merge lease " + lease.repository,
            lease.task + " held the merge lease of " + lease.repository +
                " without renewing it for " + common::spoken(lease.ttl) + ", and process " +
                std::to_string(lease.pid.value_or(0)) +
                " still lives. The lease was taken back; the process was left alone and can no "
                "longer merge. If it hangs, somebody should end it.",
            "token " + std::to_string(lease.token.value_or(0))};
}

bool livesOn(const LeaseSeen& lease, Ground ground) {
    return ground == Ground::kExpired && lease.same_host && lease.same_boot &&
           lease.holder == Life::kAlive;
}

Reclaim reclaimOf(const Standing& standing) {
    const auto& lease = standing.lease;
    const auto ground = standing.judgement.ground;
    Reclaim reclaim{keyOf(lease), whyOf(lease, ground), {}};
    if (livesOn(lease, ground)) reclaim.notice = aboutLiving(lease);
    return reclaim;
}

Notice aboutMass(std::size_t stale, std::size_t leases) {
    return {"mergelease",
            std::to_string(stale) + " of " + std::to_string(leases) +
                " merge leases look stale at once. They are looked at a second time at the next "
                "tick before any is taken back; merges that need one take it by themselves.",
            "mass_event"};
}

common::Remark aboutDamaged(const LeaseSeen& lease) {
    return {"lease " + lease.repository,
            {"damaged",
             "the merge lease of " + lease.repository +
                 " cannot be read: it counts as held until it has not changed for " +
                 common::spoken(lease.ttl),
             {}}};
}

/// Whoever cannot be read is said once, not at every tick.
void tellOfDamaged(const std::vector<LeaseSeen>& seen, const Memory& before, Decided& decided) {
    decided.memory.damaged.clear();
    for (const auto& lease : seen) {
        if (lease.token) continue;
        const bool known = before.damaged.contains(lease.repository);
        const bool first = decided.memory.damaged.insert(lease.repository).second;
        if (first && !known) decided.remarks.push_back(aboutDamaged(lease));
    }
}

}  // namespace

Decided decide(const std::vector<LeaseSeen>& seen, Moment now, const Memory& memory) {
    Decided decided{.memory = memory};
    tellOfDamaged(seen, memory, decided);
    std::set<LeaseKey> inferred;
    std::set<LeaseKey> allowed;
    for (const auto& lease : seen) {
        decided.leases.push_back({lease, judge(lease)});
        const auto& judgement = decided.leases.back().judgement;
        if (!judgement.stale) continue;
        (judgement.ground == Ground::kOtherBoot ? allowed : inferred).insert(keyOf(lease));
    }
    auto answer = decided.memory.guard.ask(inferred, {seen.size(), now.awake, now.interval / 2});
    if (answer.alarm) decided.notices.push_back(aboutMass(inferred.size(), seen.size()));
    allowed.merge(answer.pass);
    for (const auto& standing : decided.leases) {
        if (allowed.erase(keyOf(standing.lease)) == 0) continue;
        decided.reclaims.push_back(reclaimOf(standing));
    }
    return decided;
}

}  // namespace orch::mergelease

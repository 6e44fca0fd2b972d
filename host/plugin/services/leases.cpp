#include "core/lease.hpp"

#include <orch/plugin.h>

#include <algorithm>

#include "plugin/services/change.hpp"
#include "plugin/services/names.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr std::size_t kNameBytes = 300;

const char* nameOf(LockState lock) {
    switch (lock) {
        case LockState::kHeld:
            return "held";
        case LockState::kFree:
            return "free";
        case LockState::kAbsent:
            return "absent";
    }
    return "unknown";
}

/// Only the holder's own boot clock tells when it renewed; elsewhere, since when it is unchanged.
Milliseconds ageOf(const LeaseObservation& seen, Milliseconds boot_now) {
    if (!seen.lease || !seen.same_host || !seen.same_boot) return seen.unchanged_for;
    return boot_now - seen.lease->renewed;
}

Json encode(const LeaseObservation& seen, Milliseconds boot_now) {
    const auto lease = seen.lease.value_or(Lease{});
    Json encoded{{"repository", seen.repository},
                 {"token", nullptr},
                 {"task", lease.task},
                 {"job", raw(lease.job.job)},
                 {"attempt", lease.job.attempt},
                 {"host", lease.host},
                 {"pid", nullptr},
                 {"same_host", seen.same_host},
                 {"same_boot", seen.same_boot},
                 {"holder", lifeName(seen.holder)},
                 {"hold", nameOf(seen.hold)},
                 {"age_ms", ageOf(seen, boot_now).count()},
                 {"ttl_ms", seen.lease ? lease.ttl.count() : kLeaseTtl.count()},
                 {"unchanged_ms", seen.unchanged_for.count()},
                 {"renewals", lease.renewals}};
    if (seen.lease) {
        encoded["token"] = lease.token;
        encoded["pid"] = lease.holder.pid;
    }
    return encoded;
}

struct LeaseOrder {
    std::string repository;
    std::optional<std::int64_t> token;
};

/// Why nothing is to be done, before anything is written about it; empty: it looks stale.
std::string whyNot(const MergeLeases& leases, const LeaseOrder& order) {
    const auto all = leases.list();
    const auto seen = std::find_if(all.begin(), all.end(), [&](const auto& each) {
        return each.exists && each.repository == order.repository;
    });
    if (seen == all.end()) return "there is no lease of " + order.repository;
    const auto token = seen->lease ? std::optional{seen->lease->token} : std::nullopt;
    if (token != order.token) return "the lease changed since";
    const auto judged = judge(*seen, Milliseconds{bootMilliseconds()}, kLeaseTtl);
    return judged.state == LeaseState::kStale ? "" : "the lease is not stale: " + judged.reason;
}

/// Writes what has happened, whether or not the plugin may still do something, and waits for it
/// while the entry lasts. Answers what stood in the way.
std::string record(const Call& call, JournalEntry entry) {
    try {
        auto row = call.world.store.post(
            [entry = std::move(entry)](Tx& tx) { return writeJournal(tx, entry); });
        if (row.wait_until(call.caller.deadline) == std::future_status::ready) row.get();
        return "";
    } catch (const Error& error) {
        return std::string("done, but not journalled: ") + error.what();
    }
}

/// One reclaim: intent row, the act under the gate, result row. What failed before is tried again
/// under its first intent, and its failure stands in the journal already.
class Reclaim {
public:
    Reclaim(const Call& call, Deed deed, LeaseOrder order)
        : call_(call), deed_(std::move(deed)), order_(std::move(order)) {}

    Json run(Failing& failing) {
        const auto reason = whyNot(call_.world.leases, order_);
        if (!reason.empty()) return answer("nothing", reason);
        if (!std::exchange(failing.begun, true)) intend(failing);
        Json reply;
        const bool allowed =
            call_.caller.gate.act(call_.caller.permit, [&] { reply = act(failing.times == 0); });
        if (!allowed) requirePermit(call_.caller);
        return reply;
    }

private:
    void intend(Failing& failing) {
        try {
            commit(call_.caller, call_.world.store, [entry = entryOf(call_, deed_)](Tx& tx) {
                return writeJournal(tx, entry);
            });
        } catch (...) {
            failing.begun = false;
            throw;
        }
    }
    Json act(bool first) {
        try {
            const bool deleted = call_.world.leases.reclaim(order_.repository, order_.token);
            const auto words = deleted ? "deleted the lease" : "the lease changed: left alone";
            return answer(deleted ? "done" : "nothing", record(call_, result(words)));
        } catch (const Error& error) {
            if (first) (void)record(call_, result(std::string("failed: ") + error.what()));
            throw;
        }
    }
    [[nodiscard]] JournalEntry result(const std::string& words) const {
        auto entry = entryOf(call_, deed_);
        entry.rule = "result";
        entry.decision = words;
        entry.evidence = {{"of", deed_.why.rule}};
        return entry;
    }

    const Call& call_;
    Deed deed_;
    LeaseOrder order_;
};

}  // namespace

Json listLeasesFor(const Call& call) {
    const Milliseconds now{bootMilliseconds()};
    Json leases = Json::array();
    for (const auto& seen : call.world.leases.list()) {
        if (seen.exists) leases.push_back(encode(seen, now));
    }
    return {{"leases", std::move(leases)}};
}

Json reclaimLeaseFor(const Call& call) {
    LeaseOrder order{call.request.text("repository", kNameBytes),
                     call.request.maybeWhole("token", 0, INT64_MAX)};
    const Deed deed{order.repository + "\n" + std::to_string(order.token.value_or(-1)),
                    "lease " + order.repository,
                    call.request.why()};
    Reclaim reclaim(call, deed, std::move(order));
    return change(call, deed, [&] { return reclaim.run(failingOf(call, deed)); });
}

}  // namespace orch

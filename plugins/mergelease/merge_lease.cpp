#include "mergelease/merge_lease.hpp"

#include "common/words.hpp"

namespace orch::mergelease {

namespace {

/// What a snapshot shows one by one.
constexpr std::size_t kMostShown = 50;

JsonObject shown(const Standing& standing) {
    const auto& [lease, judgement] = standing;
    JsonObject object;
    object.set("repository", lease.repository)
        .set("task", lease.task)
        .setNull("token")
        .set("state", judgement.stale ? "stale" : "held")
        .set("ground", wordOf(judgement.ground))
        .set("reason", judgement.reason);
    if (lease.token) object.set("token", *lease.token);
    return object;
}

}  // namespace

MergeLease::MergeLease(Host host, const Settings&) : host_(host), teller_(host) {}

std::optional<std::vector<LeaseSeen>> MergeLease::look() {
    try {
        return host_.leases().list();
    } catch (const CallFailed& failure) {
        if (!failure.later()) throw;
        if (failures_.failed("the list of merge leases", failure.what())) {
            host_.log(Level::kWarning, failure.what());
        }
        return {};
    }
}

void MergeLease::tick(const Tick& tick) {
    const Moment now{tick.awake(), pace_.at(tick.awake(), tick.missed())};
    if (const auto seen = look()) {
        auto decided = decide(*seen, now, memory_);
        memory_ = std::move(decided.memory);
        leases_ = std::move(decided.leases);
        for (auto& remark : decided.remarks) teller_.add(std::move(remark));
        for (auto& notice : decided.notices) teller_.add(std::move(notice));
        for (const auto& reclaim : decided.reclaims) carryOut(reclaim, tick);
    }
    tellOfFailures();
    teller_.say();
}

/// One lease that cannot be taken back now is tried again at the next tick and harms no other.
void MergeLease::carryOut(const Reclaim& reclaim, const Tick& tick) {
    const auto& [repository, token] = reclaim.lease;
    try {
        const auto answer = host_.leases().reclaim(repository, token, reclaim.why);
        if (answer.effect != Effect::kDone) return;
    } catch (const Cancelled&) {
        throw;
    } catch (const CallFailed& failure) {
        if (failures_.failed("the lease of " + repository, failure.what())) {
            host_.log(Level::kWarning, failure.what());
        }
        return;
    }
    ++reclaimed_;
    last_ = Reclaimed{repository, reclaim.why.rule, common::utc(tick.wall())};
    if (reclaim.notice) teller_.add(*reclaim.notice);
    forget(reclaim.lease);
}

void MergeLease::forget(const LeaseKey& lease) {
    std::erase_if(leases_, [&](const Standing& standing) {
        return LeaseKey{standing.lease.repository, standing.lease.token} == lease;
    });
}

void MergeLease::tellOfFailures() {
    const auto report = failures_.endTick();
    if (!report) return;
    const auto others =
        report->things > 1 ? " (and " + std::to_string(report->things - 1) + " more)" : "";
    teller_.add(Notice{"mergelease",
                       "Taking merge leases back has failed " +
                           std::to_string(failures_.kTellAfter) + " times in a row with " +
                           report->key + others + ": " + report->sentence +
                           ". It goes on trying and does not say it again; a merge that needs a "
                           "stale lease takes it by itself.",
                       "keeps_failing"});
}

JsonObject MergeLease::snapshot() const {
    JsonArray leases;
    for (std::size_t at = 0; at < leases_.size() && at < kMostShown; ++at) {
        leases.add(shown(leases_[at]));
    }
    JsonObject snapshot;
    snapshot.set("leases", leases)
        .set("held", leases_.size())
        .set("reclaimed", reclaimed_)
        .set("failing", failures_.failing())
        .set("second_look", memory_.guard.delays())
        .setNull("last");
    if (last_) {
        snapshot.set("last",
                     JsonObject{}
                         .set("repository", last_->repository)
                         .set("reason", last_->reason)
                         .set("at", last_->at));
    }
    return snapshot;
}

}  // namespace orch::mergelease

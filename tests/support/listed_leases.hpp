#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "core/lease.hpp"

namespace orch::testing {

/// Merge leases that are a list: reclaim() takes out what carries the token. Thread-safe.
class ListedLeases final : public MergeLeases {
public:
    /// A lease of this machine whose holder is dead.
    static LeaseObservation stale(const std::string& repository, std::int64_t token) {
        LeaseObservation seen;
        seen.repository = repository;
        seen.exists = seen.same_host = seen.same_boot = true;
        seen.holder = Liveness::kDead;
        seen.lease = Lease{.repository = repository,
                           .token = token,
                           .host = "here",
                           .boot_id = "this",
                           .holder = {4711, 99},
                           .task = "T-3",
                           .job = {JobId{7}, 2},
                           .acquired = Milliseconds{bootMilliseconds()},
                           .renewed = Milliseconds{bootMilliseconds()},
                           .ttl = kLeaseTtl,
                           .renewals = 4};
        return seen;
    }

    void put(const LeaseObservation& seen) {
        const std::lock_guard lock(mutex_);
        list_.push_back(seen);
    }
    /// Every reclaim() throws this; empty: none.
    void fail(const std::string& words) {
        const std::lock_guard lock(mutex_);
        failure_ = words;
    }
    /// Runs within reclaim().
    void during(std::function<void()> event) { event_ = std::move(event); }
    [[nodiscard]] int reclaims() const {
        const std::lock_guard lock(mutex_);
        return reclaims_;
    }

    [[nodiscard]] std::variant<LeaseProof, Busy> acquire(const Request&) override {
        return Busy{"this list gives none"};
    }
    [[nodiscard]] std::vector<LeaseObservation> list() const override {
        const std::lock_guard lock(mutex_);
        return list_;
    }
    bool reclaim(const std::string& repository, std::optional<std::int64_t> token) override {
        if (event_) event_();
        const std::lock_guard lock(mutex_);
        ++reclaims_;
        if (!failure_.empty()) throw Error(failure_);
        return std::erase_if(list_, [&](const LeaseObservation& seen) {
                   const auto carried =
                       seen.lease ? std::optional{seen.lease->token} : std::nullopt;
                   return seen.repository == repository && carried == token;
               }) > 0;
    }

private:
    mutable std::mutex mutex_;
    std::vector<LeaseObservation> list_;
    std::string failure_;
    std::function<void()> event_;
    int reclaims_ = 0;
};

}  // namespace orch::testing

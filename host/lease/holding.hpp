#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "lease/steps.hpp"

namespace orch {

/// A lease that was taken, until it is released by the destructor. After start() a thread renews it
/// every quarter of its TTL, and four times as often while that fails.
class LeaseHolding final : public LeaseProof::Holding {
public:
    LeaseHolding(std::unique_ptr<LeaseFiles> files, Machine here, TakenLease taken);
    LeaseHolding(const LeaseHolding&) = delete;
    LeaseHolding& operator=(const LeaseHolding&) = delete;
    ~LeaseHolding() override;

    void start();
    /// Renews once, now. False when the lease is lost, for good; throws Error when it could not be
    /// written, which may be tried again. For the thread, and for tests without one.
    bool renew();

    [[nodiscard]] std::int64_t token() const override { return token_; }
    void require() const override;
    [[nodiscard]] int holdDescriptor() const override { return hold_.get(); }
    [[nodiscard]] Milliseconds callLimit() const override { return ttl_ / 4; }

private:
    void rememberTrouble(const char* trouble);
    [[nodiscard]] Milliseconds renewOrRetry();
    void keepRenewed(const std::stop_token& stop);
    void release() noexcept;

    std::unique_ptr<LeaseFiles> files_;
    Machine here_;
    std::int64_t token_;
    Milliseconds ttl_;
    UniqueFd hold_;
    mutable std::mutex mutex_;
    std::condition_variable_any stopped_;
    Lease lease_;          ///< guarded by mutex_
    std::string trouble_;  ///< guarded by mutex_: why the last renewal failed
    std::jthread renewer_;
};

}  // namespace orch

#include "lease/holding.hpp"

namespace orch {

LeaseHolding::LeaseHolding(std::unique_ptr<LeaseFiles> files, Machine here, TakenLease taken)
    : files_(std::move(files)),
      here_(std::move(here)),
      token_(taken.lease.token),
      ttl_(taken.lease.ttl),
      hold_(std::move(taken.hold)),
      lease_(std::move(taken.lease)) {}

LeaseHolding::~LeaseHolding() {
    renewer_ = {};  // stops and joins: from here on the files are ours alone
    release();
}

void LeaseHolding::start() {
    renewer_ = std::jthread([this](const std::stop_token& stop) { keepRenewed(stop); });
}

bool LeaseHolding::renew() {
    auto renewed = renewLease(*files_, here_, lease_);  // only this thread ever changes it
    if (!renewed) return false;
    const std::scoped_lock lock(mutex_);
    lease_ = std::move(*renewed);
    trouble_.clear();
    return true;
}

void LeaseHolding::rememberTrouble(const char* trouble) {
    const std::scoped_lock lock(mutex_);
    trouble_ = trouble;
}

void LeaseHolding::require() const {
    std::unique_lock lock(mutex_);
    const auto mine = lease_;
    const auto trouble = trouble_;
    lock.unlock();
    requireLease(*files_, here_, mine, trouble);
}

/// When to come again; zero: never.
Milliseconds LeaseHolding::renewOrRetry() {
    try {
        return renew() ? ttl_ / 4 : Milliseconds{0};
    } catch (const std::exception& error) {  // nothing may leave the thread
        rememberTrouble(error.what());
        return ttl_ / 16;
    }
}

void LeaseHolding::keepRenewed(const std::stop_token& stop) {
    auto pause = ttl_ / 4;
    std::mutex mutex;
    std::unique_lock lock(mutex);
    while (pause > Milliseconds{0}) {
        if (stopped_.wait_for(lock, stop, pause, [&] { return stop.stop_requested(); })) return;
        pause = renewOrRetry();
    }
}

/// A lease that cannot be deleted now is left to its TTL: nobody may merge under it any more.
void LeaseHolding::release() noexcept {
    try {
        releaseLease(*files_, token_);
    } catch (const std::exception&) {
        return;
    }
}

}  // namespace orch

#include "support/fake_leases.hpp"

#include "base/error.hpp"

namespace orch::testing {

namespace {

class FakeHolding final : public LeaseProof::Holding {
public:
    FakeHolding(std::int64_t token, bool lost, std::function<void()> release)
        : token_(token), lost_(lost), release_(std::move(release)) {}
    ~FakeHolding() override { release_(); }
    FakeHolding(const FakeHolding&) = delete;
    FakeHolding& operator=(const FakeHolding&) = delete;

    [[nodiscard]] std::int64_t token() const override { return token_; }
    void require() const override {
        if (lost_) throw LeaseLost("the merge lease was lost");
    }
    [[nodiscard]] int holdDescriptor() const override { return -1; }
    [[nodiscard]] Milliseconds callLimit() const override { return std::chrono::minutes{2}; }

private:
    std::int64_t token_;
    bool lost_;
    std::function<void()> release_;
};

LeaseProof proof(std::int64_t token, bool lost, std::function<void()> release) {
    return LeaseProof{std::make_unique<FakeHolding>(token, lost, std::move(release))};
}

}  // namespace

void FakeLeases::occupy(const std::string& repository, const std::string& reason) {
    const std::scoped_lock lock(held_->mutex);
    held_->busy[repository] = reason;
}

void FakeLeases::vacate(const std::string& repository) {
    const std::scoped_lock lock(held_->mutex);
    held_->busy.erase(repository);
}

void FakeLeases::loseNext() {
    const std::scoped_lock lock(held_->mutex);
    held_->lose_next = true;
}

std::variant<LeaseProof, MergeLeases::Busy> FakeLeases::acquire(const Request& request) {
    {
        const std::scoped_lock lock(held_->mutex);
        const auto [holder, free] = held_->busy.try_emplace(request.repository, request.task);
        if (!free) return Busy{"the merge lease is held by " + holder->second};
    }
    const auto release = [held = held_, repository = request.repository] {
        const std::scoped_lock lock(held->mutex);
        held->busy.erase(repository);
    };
    try {
        const auto token = request.next_token();
        const std::scoped_lock lock(held_->mutex);
        return proof(token, std::exchange(held_->lose_next, false), release);
    } catch (...) {
        release();
        throw;
    }
}

LeaseProof heldLease(std::int64_t token) {
    return proof(token, false, [] {});
}

LeaseProof lostLease() {
    return proof(1, true, [] {});
}

}  // namespace orch::testing

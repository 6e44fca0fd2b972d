#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/lease.hpp"

namespace orch::testing {

/// Merge leases in memory: who asks first holds until the proof ends. Thread-safe.
class FakeLeases final : public MergeLeases {
public:
    /// Somebody else holds `repository`, or does no more.
    void occupy(const std::string& repository, const std::string& reason);
    void vacate(const std::string& repository);
    /// What happens next after a token was taken: the lease is lost before the holder's next check.
    void loseNext();

    [[nodiscard]] std::variant<LeaseProof, Busy> acquire(const Request& request) override;
    [[nodiscard]] std::vector<LeaseObservation> list() const override { return {}; }
    bool reclaim(const std::string&, std::optional<std::int64_t>) override { return false; }

    /// Shared with the proofs, which may outlive this object.
    struct Held {
        std::mutex mutex;
        std::map<std::string, std::string> busy;  ///< repository → who
        bool lose_next = false;
    };

private:
    std::shared_ptr<Held> held_ = std::make_shared<Held>();
};

/// A proof that holds for ever, for tests of what merges.
[[nodiscard]] LeaseProof heldLease(std::int64_t token = 1);
/// One that is lost already.
[[nodiscard]] LeaseProof lostLease();

}  // namespace orch::testing

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/ids.hpp"
#include "base/process.hpp"

namespace orch {

/// How long a lease holds unless it is renewed, and how long one that cannot be read is waited for.
inline constexpr Milliseconds kLeaseTtl{std::chrono::minutes{10}};

/// What <state_dir>/merge/<repository>.lease says: who may merge into that repository, until when.
/// Times are the holder's CLOCK_BOOTTIME.
struct Lease {
    std::string repository;  ///< the name of the lease's files: repository and a digest of its path
    std::int64_t token{};    ///< fencing token, from the database: greater than all before it
    std::string host, boot_id;
    ProcessIdentity holder;
    std::string task;  ///< "T-3", for people
    AttemptKey job;
    Milliseconds acquired{}, renewed{}, ttl{};
    int renewals = 0;
};

/// One look at a lease. Observations only: judge() says what they mean.
struct LeaseObservation {
    std::string repository;
    bool exists = false;
    std::optional<Lease> lease;  ///< nothing: there is no file, or it is damaged
    bool same_host = false, same_boot = false;
    Liveness holder = Liveness::kUnknown;
    /// The lock the holder keeps and hands to its git children; it outlives a killed holder while
    /// one of them runs.
    LockState hold = LockState::kAbsent;
    Milliseconds
        unchanged_for{};  ///< by this observer's own clock, since it first saw this content
};

enum class LeaseState { kFree, kHeld, kStale };
struct LeaseJudgement {
    LeaseState state{};
    std::string reason;  ///< a clause for people: who holds it, how old; why it is stale
};
/// The one staleness rule (docs/adr/0009): a dead holder whose hold lock is free is stale at once,
/// everything else only when its TTL has passed. `now` is this machine's CLOCK_BOOTTIME; `ttl` is
/// what a lease that cannot be read gets.
[[nodiscard]] LeaseJudgement judge(const LeaseObservation& seen,
                                   Milliseconds now,
                                   Milliseconds ttl);

/// Shows that the caller holds a repository's merge lease. Every function that merges demands one;
/// only MergeLeases makes one. Its end releases the lease. Used by one thread.
class LeaseProof {
public:
    /// What stands behind a proof.
    class Holding {
    public:
        virtual ~Holding() = default;  ///< releases, if it is still ours
        [[nodiscard]] virtual std::int64_t token() const = 0;
        virtual void require() const = 0;
        [[nodiscard]] virtual int holdDescriptor() const = 0;
        [[nodiscard]] virtual Milliseconds callLimit() const = 0;
    };
    explicit LeaseProof(std::unique_ptr<Holding> holding) : holding_(std::move(holding)) {}
    LeaseProof(LeaseProof&&) = default;
    LeaseProof& operator=(LeaseProof&&) = default;
    LeaseProof(const LeaseProof&) = delete;
    LeaseProof& operator=(const LeaseProof&) = delete;
    ~LeaseProof() = default;

    [[nodiscard]] std::int64_t token() const { return holding_->token(); }
    /// Right before every effect on the repository (L3). Throws LeaseLost when the lease is not
    /// ours any more, or was not renewed for half its TTL.
    void require() const { holding_->require(); }
    /// For git children, as their descriptor 3: while one lives, the lease is not free.
    [[nodiscard]] int holdDescriptor() const { return holding_->holdDescriptor(); }
    /// The longest a single call of the merge may take: a quarter of the TTL.
    [[nodiscard]] Milliseconds callLimit() const { return holding_->callLimit(); }

private:
    std::unique_ptr<Holding> holding_;
};

/// The merge leases of all repositories, one file each. Thread-safe.
class MergeLeases {
public:
    virtual ~MergeLeases() = default;

    struct Request {
        std::string repository;  ///< its path or address; the lease's name is made from it
        std::string task;
        AttemptKey job;
        /// The next fencing token. Called at most once, when nobody holds the lease, before it is
        /// taken; what it throws is thrown on and nothing is taken.
        std::function<std::int64_t()> next_token;
    };
    struct Busy {
        std::string reason;
    };
    /// Takes the lease, deleting a stale one first; never waits for a holder. Throws Error when the
    /// files cannot be written.
    [[nodiscard]] virtual std::variant<LeaseProof, Busy> acquire(const Request& request) = 0;

    /// Every lease there is a file of.
    [[nodiscard]] virtual std::vector<LeaseObservation> list() const = 0;
    /// Deletes the lease file of `repository` (a name out of list()) if it still carries `token`
    /// and is stale, and does nothing else. False: it changed, and was left alone.
    virtual bool reclaim(const std::string& repository, std::optional<std::int64_t> token) = 0;
};

}  // namespace orch

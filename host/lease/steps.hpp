#pragma once

#include <optional>
#include <variant>

#include "lease/lease_files.hpp"
#include "lease/machine.hpp"

namespace orch {

// What is done with a lease, as sequences of LeaseFiles' steps (docs/adr/0009).

struct TakenLease {
    Lease lease;
    UniqueFd hold;
};

/// `name`: of the lease's files. Deletes a stale lease first.
[[nodiscard]] std::variant<TakenLease, MergeLeases::Busy> takeLease(
    LeaseFiles& files,
    const Machine& here,
    const std::string& name,
    Milliseconds ttl,
    const MergeLeases::Request& request);

/// From here on a holder has stopped itself: half a TTL after its last renewal.
[[nodiscard]] inline Milliseconds deadlineOf(const Lease& lease) {
    return lease.renewed + lease.ttl / 2;
}

/// The lease as it is now renewed; nothing when it is lost: the file does not carry our token, or
/// the deadline has passed.
[[nodiscard]] std::optional<Lease> renewLease(LeaseFiles& files,
                                              const Machine& here,
                                              const Lease& mine);

/// Throws LeaseLost unless the file carries our token and the deadline has not passed. `trouble`:
/// why the last renewal failed, for people.
void requireLease(const LeaseFiles& files,
                  const Machine& here,
                  const Lease& mine,
                  const std::string& trouble = "");

/// False: the lease is not ours (any more), and was left alone.
bool releaseLease(LeaseFiles& files, std::int64_t token);

/// `ttl`: of a lease that cannot be read. False: it was left alone.
bool reclaimLease(LeaseFiles& files,
                  const Machine& here,
                  Milliseconds ttl,
                  std::optional<std::int64_t> token);

}  // namespace orch

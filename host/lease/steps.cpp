#include "lease/steps.hpp"

#include "base/crash_point.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

bool carries(const LeaseFiles& files, std::int64_t token) {
    const auto lease = files.read();
    return lease && lease->token == token;
}

std::optional<std::int64_t> tokenOf(const LeaseObservation& seen) {
    return seen.lease ? std::optional{seen.lease->token} : std::nullopt;
}

[[noreturn]] void lost(const Lease& mine, const std::string& why) {
    throw LeaseLost("merge of " + mine.task + ": its lease " + mine.repository + " (token " +
                    std::to_string(mine.token) + ") is lost: " + why +
                    "; the merge is tried again");
}

/// A lease that cannot be read is not known to be ours.
bool surelyCarries(const LeaseFiles& files, const Lease& mine) {
    try {
        return carries(files, mine.token);
    } catch (const Error& error) {
        lost(mine, error.what());
    }
}

}  // namespace

std::variant<TakenLease, MergeLeases::Busy> takeLease(LeaseFiles& files,
                                                      const Machine& here,
                                                      const std::string& name,
                                                      Milliseconds ttl,
                                                      const MergeLeases::Request& request) {
    const Guarded guard(files);
    const auto seen = files.look();
    // Read before the token is fetched: what takes long makes our own lease older, never younger.
    const auto now = here.now();
    const auto judgement = judge(seen, now, ttl);
    if (judgement.state == LeaseState::kHeld) return MergeLeases::Busy{judgement.reason};
    if (judgement.state == LeaseState::kStale) {
        files.remove();
        crashPoint("lease.stale_deleted");
    }
    Lease lease{.repository = name,
                .token = request.next_token(),
                .host = here.host,
                .boot_id = here.boot_id,
                .holder = here.self,
                .task = request.task,
                .job = request.job,
                .acquired = now,
                .renewed = now,
                .ttl = ttl};
    crashPoint("lease.token_taken");
    auto hold = files.makeHold();
    files.place(lease);
    crashPoint("lease.linked");
    return TakenLease{std::move(lease), std::move(hold)};
}

std::optional<Lease> renewLease(LeaseFiles& files, const Machine& here, const Lease& mine) {
    const Guarded guard(files);
    if (!carries(files, mine.token)) return {};
    auto renewed = mine;
    renewed.renewed = here.now();
    ++renewed.renewals;
    if (renewed.renewed >= deadlineOf(mine)) return {};
    files.replace(renewed);
    return renewed;
}

void requireLease(const LeaseFiles& files,
                  const Machine& here,
                  const Lease& mine,
                  const std::string& trouble) {
    if (!surelyCarries(files, mine)) lost(mine, "its file is gone or carries another token");
    // Last, so that it also covers what reading the file took.
    const auto idle = here.now() - mine.renewed;
    if (idle < mine.ttl / 2) return;
    lost(mine,
         "it was not renewed for " + spokenDuration(idle) +
             (trouble.empty() ? "" : " (" + trouble + ")"));
}

bool releaseLease(LeaseFiles& files, std::int64_t token) {
    const Guarded guard(files);
    if (!carries(files, token)) return false;
    files.remove();
    crashPoint("lease.released");
    return true;
}

bool reclaimLease(LeaseFiles& files,
                  const Machine& here,
                  Milliseconds ttl,
                  std::optional<std::int64_t> token) {
    const Guarded guard(files);
    const auto seen = files.look();
    if (!seen.exists || tokenOf(seen) != token) return false;
    if (judge(seen, here.now(), ttl).state != LeaseState::kStale) return false;
    files.remove();
    return true;
}

}  // namespace orch

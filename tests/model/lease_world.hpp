#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lease/steps.hpp"

namespace orch::testing {

/// The safeguard that a run of the checker leaves out, to see it object.
enum class Drop {
    kNothing,
    kGuard,          ///< the guard keeps nobody out
    kRejudge,        ///< staleness as it was seen before the guard was had
    kHoldLock,       ///< a dead pid is enough, whatever its children do
    kSelfStop,       ///< half a TTL without renewal stops no holder
    kCallLimit,      ///< one call of a merge may last for ever
    kRequireToken,   ///< whose token the file carries is not asked before an effect
    kRenewToken,     ///< … before a renewal
    kReleaseToken,   ///< … before a release
    kReclaimToken,   ///< … before a reclaim: whatever is there now is meant
    kReclaimJudge,   ///< whatever is to be reclaimed counts as stale
    kDatabaseToken,  ///< the next token comes from the lease file
};

enum class Act { kNone, kTake, kRequire, kRenew, kRelease, kReclaim };

/// What a step on the files answered.
using Answer = std::
    variant<std::monostate, LeaseObservation, std::optional<Lease>, Milliseconds, std::int64_t>;

/// A thread within one of the procedures of lease/steps.hpp: it has got `log` as answers so far,
/// and is continued by running the procedure again on these and one step more.
struct Thread {
    Act act = Act::kNone;
    std::optional<Lease> mine;              ///< what the procedure was begun with
    std::optional<LeaseObservation> early;  ///< what was seen before it began (Drop::kRejudge)
    std::vector<Answer> log;
};

/// A process that takes the lease once, or (when `named` is used) an observer that reclaims.
struct Actor {
    bool alive = true, done = false;
    Thread worker, renewer;
    std::optional<Lease> lease;  ///< as its memory has it, from taken to released
    bool saw_own = false;        ///< its last look before an effect did find its own lease
    bool refused = false;        ///< require() threw
    bool hold_open = false;
    std::optional<Milliseconds> working_since;  ///< an effect is being had
    bool orphan = false;                        ///< it died and its git child has not
    std::optional<std::int64_t> named;          ///< what it has seen and is about to reclaim
    int unlinks = 0;                            ///< in this reclaim
    std::string sighting;                       ///< of another host's lease, and since when
    Milliseconds sighted{};
};

/// All that there is. A value, so that every order of steps can begin from the same one.
struct LeaseWorldState {
    Milliseconds now{};
    std::optional<Lease> file;
    int guard = -1;  ///< the actor in it
    int hold = -1;   ///< whose hold file has the name
    std::int64_t database_token = 1;
    int deaths = 0, deletions = 0;
    std::vector<Actor> actors;
    std::string violation;

    [[nodiscard]] bool locked(int who) const;
    /// Between acquire and release, neither dead nor past its deadline, or in the middle of an
    /// effect: of these there must be one at most (M-1).
    [[nodiscard]] bool active(const Actor& actor) const;
    /// Equal keys: nothing that can follow differs.
    [[nodiscard]] std::string key() const;
    void object(const std::string& what);
};

[[nodiscard]] inline int indexOf(const Lease& lease) {
    return lease.holder.pid - 1;
}

}  // namespace orch::testing

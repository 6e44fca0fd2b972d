#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/failures.hpp"
#include "common/pace.hpp"
#include "common/teller.hpp"
#include "mergelease/decide.hpp"
#include "orch/descriptor.hpp"
#include "orch/json.hpp"
#include "orch/services.hpp"
#include "orch/settings.hpp"
#include "orch/tick.hpp"

namespace orch::mergelease {

/// Takes stale merge leases back before somebody needs them: asks orchd to delete their files,
/// nothing else, and no git.
class MergeLease {
public:
    static constexpr Descriptor descriptor{
        .id = "mergelease",
        .version = "1.0.0",
        .kill_switch = "ORCH_LEASE_RECLAIM_ENABLED",
        .interval = std::chrono::seconds{30},
        .needs = "leases.list leases.reclaim notify.send journal.write",
        .settings_schema = R"({"type":"object","additionalProperties":false,"properties":{}})",
        .block = "merge_lease"};

    MergeLease(Host host, const Settings&);

    void tick(const Tick& tick);
    [[nodiscard]] JsonObject snapshot() const;

private:
    struct Reclaimed {
        std::string repository, reason, at;
    };

    /// Nothing: not possible now.
    std::optional<std::vector<LeaseSeen>> look();
    void carryOut(const Reclaim& reclaim, const Tick& tick);
    void forget(const LeaseKey& lease);
    void tellOfFailures();

    Host host_;
    Memory memory_;
    std::vector<Standing> leases_;  ///< as the last tick saw them, without those it took back
    common::Pace pace_;
    common::Teller teller_;
    common::Failures<std::string> failures_;  ///< by what fails: "the lease of app-1"
    std::int64_t reclaimed_ = 0;
    std::optional<Reclaimed> last_;
};

}  // namespace orch::mergelease

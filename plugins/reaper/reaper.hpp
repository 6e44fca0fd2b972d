#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/failures.hpp"
#include "common/pace.hpp"
#include "common/teller.hpp"
#include "orch/descriptor.hpp"
#include "orch/json.hpp"
#include "orch/services.hpp"
#include "orch/settings.hpp"
#include "orch/tick.hpp"
#include "reaper/policy.hpp"

namespace orch::reaper {

/// Ends attempts whose end nobody heard of: looks at all that run, decides (decide.hpp), and asks
/// orchd to end them, which looks again. It never signals or starts a process.
class Reaper {
public:
    static constexpr Descriptor descriptor{
        .id = "reaper",
        .version = "1.0.0",
        .kill_switch = "ORCH_REAPER_ENABLED",
        .interval = std::chrono::seconds{30},
        .needs = "jobs.running jobs.finish journal.write notify.send",
        .settings_schema = kSettingsSchema,
        .block = "reaper"};

    Reaper(Host host, const Settings& settings);

    void tick(const Tick& tick);
    [[nodiscard]] JsonObject snapshot() const;

private:
    struct Reaped {
        std::int64_t job{};
        std::string reason, at;
    };

    /// Nothing: not possible now.
    std::optional<Running> look();
    void carryOut(const FinishOrder& order, const Tick& tick);
    void tellOfFailures();
    [[nodiscard]] JsonArray suspects() const;

    Host host_;
    Policy policy_;
    Memory memory_;
    common::Pace pace_;
    common::Teller teller_;
    common::Failures<std::string> failures_;  ///< by what fails: "job 7.2"
    std::int64_t reaped_ = 0;
    std::optional<Reaped> last_;
};

}  // namespace orch::reaper

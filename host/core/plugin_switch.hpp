#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orch {

/// What a kill-switch variable says: true, on, 1, yes or false, off, 0, no, in any letter case.
/// Nothing for anything else.
[[nodiscard]] std::optional<bool> parseVote(std::string_view text);

/// The vote of a person, kept in the database.
struct RuntimeVote {
    bool on{};
    std::string by;    ///< "me"
    std::string when;  ///< for people; empty when nobody knows
    /// Why the database does not hold it; empty when it does.
    std::string not_recorded;
};

/// What three sides say about one plugin; nothing: that side is silent.
struct SwitchVotes {
    std::string variable;                    ///< "ORCH_REAPER_ENABLED"
    std::optional<std::string> environment;  ///< its text when orchd started
    std::optional<bool> configuration;
    std::optional<RuntimeVote> runtime;
};

struct SwitchDecision {
    bool on{};
    /// "on", "off (configuration)", "off (environment: ORCH_REAPER_ENABLED=false)",
    /// "off (operator me, 14:05)"; every side that says off is named, separated by "; ".
    std::string text;
};

/// One off is off, silence is on. A variable that says neither on nor off counts as off.
[[nodiscard]] SwitchDecision decideSwitch(const SwitchVotes& votes);

}  // namespace orch

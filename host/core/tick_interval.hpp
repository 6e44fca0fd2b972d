#pragma once

#include <map>
#include <string>

#include "core/plugin.hpp"

namespace orch {

/// The variable that holds a plugin's interval: ORCH_REAPER_ENABLED has ORCH_REAPER_INTERVAL_S.
/// Empty for a kill switch that does not end with _ENABLED.
[[nodiscard]] std::string intervalVariableOf(const std::string& kill_switch);

struct TickInterval {
    Milliseconds value{};
    std::string problem;  ///< a sentence that begins with "environment NAME"; empty: none
};

/// What is in force: the variable (whole seconds, or 500ms, 2m …; empty counts as not set), else
/// the configuration, else the plugin's `own`. 100ms to 1d.
[[nodiscard]] TickInterval tickInterval(const PluginDef& plugin,
                                        const std::string& kill_switch,
                                        Milliseconds own,
                                        const std::map<std::string, std::string>& environment);

}  // namespace orch

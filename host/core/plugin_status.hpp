#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin.hpp"

namespace orch {

enum class PluginState {
    kRefused,      ///< it was not loaded; `reason` says why
    kRunning,      ///< it is ticked
    kOff,          ///< a switch is off; `reason` says which
    kQuarantined,  ///< it kept failing and waits; `reason` says until when
    kHung          ///< an entry has passed its deadline and has not come back
};

/// What people see of one plugin; a copy, made without entering the plugin.
struct PluginStatus {
    std::string name, version;
    std::filesystem::path library;
    PluginState state{};
    std::string reason;       ///< a sentence; empty only while running
    std::string switch_text;  ///< "on", "off (environment: ORCH_REAPER_ENABLED=false)"
    std::string kill_switch;  ///< the environment variable
    PluginMode mode{};
    std::int64_t generation = 0;  ///< 0: never loaded
    Milliseconds interval{};
    std::int64_t ticks = 0, missed = 0, failures = 0, failures_in_a_row = 0;
    std::optional<Instant> since;  ///< when this generation's first tick began
    std::optional<Instant> last_tick;
    std::optional<Milliseconds> next_in;
    std::optional<std::chrono::microseconds> late_p99, tick_p50;  ///< of the last 256 ticks
    std::string last_error;
    std::vector<std::string> needs, grants, refused_calls;
    int actions_last_hour = 0, max_actions_per_hour = 0;
    std::string settings;  ///< JSON object, what is in force
    std::string block;     ///< its key in GET /queue
    std::string snapshot;  ///< JSON object pushed after the last tick; "{}" before
};

/// What an order to switch a plugin did.
struct SwitchAnswer {
    bool on{};             ///< what holds now, all votes counted
    std::string sentence;  ///< "reaper is off (operator me, 14:05)"
};

}  // namespace orch

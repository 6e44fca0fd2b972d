#pragma once

#include <orch/plugin.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace orch {

/// What a library says of its plugin, checked. Texts are copies; the pointers are the library's and
/// valid while it is loaded.
struct PluginTable {
    std::string id, version;
    std::string kill_switch;                ///< environment variable
    std::string block;                      ///< its key in GET /queue
    std::vector<std::string> needs;         ///< methods it calls; whether they exist is not checked
    std::string settings_schema;            ///< JSON, not parsed; empty: it has no settings
    Milliseconds interval{};                ///< 100 ms to 1 day
    const orch_plugin* entries = nullptr;   ///< create, tick and destroy are there
    const orch_ext_state* state = nullptr;  ///< null, or complete
    const orch_ext_snapshot* snapshot = nullptr;  ///< null, or complete
    const orch_ext_jobs* jobs = nullptr;          ///< null, or complete
    std::vector<std::string> agents;              ///< whose jobs it runs
};

/// May this be a plugin's id: 1 to 64 of a-z 0-9 - _ ?
[[nodiscard]] bool isPluginId(std::string_view text);

/// Checks everything that plugin.h promises of the table of the plugin configured as `name`, and
/// asks the plugin for its extensions. Throws PluginError with a sentence that has no subject ("has
/// no tick: …"), and whatever the plugin throws.
[[nodiscard]] PluginTable readTable(const orch_plugin* table, const std::string& name);

}  // namespace orch

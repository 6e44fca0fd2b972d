#pragma once

#include <map>
#include <string>

#include "store/connection.hpp"

namespace orch {

// Rows of `plugin_switches`: the votes that people gave while orchd ran. They outlive it.

struct SwitchRow {
    bool on{};
    std::string by;
    Instant at{};
};

/// By the plugin's name. A vote that cannot be read counts as off.
[[nodiscard]] std::map<std::string, SwitchRow> readPluginSwitches(Connection& db);
/// The vote of `by` replaces whatever stood there.
void writePluginSwitch(Tx& tx, const std::string& plugin, bool on, const std::string& by);

}  // namespace orch

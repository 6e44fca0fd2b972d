#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/settings.hpp"

namespace orch {

/// Reads a plugin's settings schema, the subset of JSON Schema that sdk/docs/guide.md describes;
/// empty: it has no settings. Throws PluginError with a sentence that has no subject ("has a
/// settings schema that …") for anything else.
[[nodiscard]] SettingsSchema readSettingsSchema(std::string_view json);

/// The JSON object that the plugin gets: durations in milliseconds, sizes in bytes.
[[nodiscard]] std::string settingsJson(const std::vector<Setting>& settings);
/// The same as people may see it: without what came from a variable.
[[nodiscard]] std::string shownSettingsJson(const std::vector<Setting>& settings);

}  // namespace orch

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/clock.hpp"
#include "core/plugin_status.hpp"

namespace orch {

/// All of it, as `GET /api/v1/plugins` shows it.
[[nodiscard]] nlohmann::ordered_json pluginJson(const PluginStatus& plugin, const Now& now);

/// Its part of `GET /queue`: what orchd knows, then what the plugin's snapshot has beyond that.
[[nodiscard]] nlohmann::ordered_json blockJson(const PluginStatus& plugin, const Now& now);
/// The block's key in `GET /queue`, also of a plugin that was refused before it named one.
[[nodiscard]] std::string blockOf(const PluginStatus& plugin);

}  // namespace orch

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ctl/context.hpp"

namespace orch::ctl {

// How `orchctl plugin …` words what orchd says of plugins.

[[nodiscard]] bool runs(const nlohmann::json& plugin);
/// Why it does not run, as orchd says it: its reason, else its switch.
[[nodiscard]] std::string whyNot(const nlohmann::json& plugin);
/// A field in seconds as "12 s"; "-" when it is absent.
[[nodiscard]] std::string seconds(const nlohmann::json& plugin, const char* field);
/// A field in milliseconds as "0.2 ms"; "-" when it is absent.
[[nodiscard]] std::string milliseconds(const nlohmann::json& plugin, const char* field);

/// A line a plugin, and below it why some do not run.
void printPlugins(const Context& context, const nlohmann::json& plugins);
/// Everything about one.
void printPlugin(const Context& context, const nlohmann::json& plugin);
/// "reaper  off: …", coloured, on a line.
void printWhyNot(const Context& context, const nlohmann::json& plugin);

}  // namespace orch::ctl

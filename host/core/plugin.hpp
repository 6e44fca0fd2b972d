#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace orch {

enum class PluginMode {
    kLive,
    kObserve  ///< it decides and journals what it would do, and does nothing
};
enum class Isolation {
    kByPlace,  ///< thread for a library out of the plugins' folder, process for any other
    kThread,   ///< in orchd itself: for who is trusted with its memory
    kProcess
};

/// One setting as the configuration gives it, not yet checked against the plugin's schema.
struct GivenSetting {
    std::string key;
    std::vector<std::string> values;  ///< one, or those of a list
    bool is_list = false;
    std::string where;  ///< of its key: "config/orch.yaml:31:18"
    /// The text in the file where ${NAME} is part of it: shown instead of the values, which may be
    /// secret.
    std::string reference;
};

/// What the configuration says of one plugin.
struct PluginDef {
    std::string name;                      ///< the plugin's id
    std::string where;                     ///< of its entry: "config/orch.yaml:31:3"
    std::filesystem::path library;         ///< empty: <plugins' folder>/<name>.so
    std::optional<bool> enabled;           ///< the configuration's vote
    std::optional<Milliseconds> interval;  ///< nothing: the plugin's own
    PluginMode mode = PluginMode::kLive;
    Isolation isolation = Isolation::kByPlace;
    Milliseconds timeout{std::chrono::seconds{30}};  ///< of one entry into the plugin
    int max_actions_per_hour = 60;
    /// Methods it may call; nothing: what it needs if it is out of the plugins' folder, else none.
    std::optional<std::vector<std::string>> grants;
    std::vector<GivenSetting> settings;
    /// What is wrong with the entry, though orchd goes on without the plugin: a sentence that
    /// begins with its place in the file. Empty: nothing.
    std::string problem;
};

/// Every method a plugin may be granted, sorted: "exec.start", "jobs.running", …
[[nodiscard]] const std::vector<std::string>& knownMethods();

}  // namespace orch

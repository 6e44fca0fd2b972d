#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/plugin.hpp"
#include "core/settings_schema.hpp"

namespace orch {

/// One setting in force.
struct Setting {
    std::string name;
    SettingValue value;
    /// The text in the file where a variable is part of the value, which then may be secret: people
    /// are shown this instead. Empty: the value may be shown.
    std::string reference = {};
};

struct CheckedSettings {
    /// In the schema's order; what was not given and has no default is not there. To be used only
    /// when there is no problem.
    std::vector<Setting> values;
    /// "config/orch.yaml:31:18: plugins.reaper.settings.dead_tick: unknown key, did you mean
    /// dead_ticks? (reaper 1.0.0 accepts: dead_ticks, max_running)". Never a variable's value that
    /// the file refers to.
    std::vector<std::string> problems;
};

/// Whose settings they are: "reaper", "1.0.0", and where its entry in the configuration is.
struct SettingsOwner {
    std::string plugin, version, where;
};

/// Checks what the configuration gives against `schema`, which must have no problem, fills in the
/// defaults and lays the schema's variables out of `environment` over it; an empty one counts as
/// not set.
[[nodiscard]] CheckedSettings checkSettings(const SettingsSchema& schema,
                                            const SettingsOwner& owner,
                                            const std::vector<GivenSetting>& given,
                                            const std::map<std::string, std::string>& environment);

}  // namespace orch

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/setting_value.hpp"

namespace orch {

/// One setting a plugin knows. Bounds, choices and default are written as their values are in the
/// configuration: "3", "2h", "10GB".
struct SettingDef {
    std::string name;
    SettingType type = SettingType::kText;
    std::string description;                      ///< for people; may be empty
    std::string environment;                      ///< a variable that beats the file; empty: none
    std::optional<std::string> minimum, maximum;  ///< of numbers, durations and sizes; included
    std::vector<std::string> one_of;              ///< empty: any
    std::optional<std::vector<std::string>> unless_given;  ///< the default: one text, or a list's
};

/// What a plugin accepts under its `settings`: nothing else.
struct SettingsSchema {
    std::vector<SettingDef> settings;   ///< in the order the plugin tells them
    std::vector<std::string> required;  ///< names; one with a default is never missing

    [[nodiscard]] const SettingDef* find(const std::string& name) const;
    [[nodiscard]] std::vector<std::string> names() const;
};

/// What a setting's text says, or what is wrong with it: "must be between 1 and 100".
struct ReadSetting {
    std::optional<SettingValue> value;
    std::string problem;
};

/// Reads what was given for `def`, whose schema has no problem: one text, or a list's.
[[nodiscard]] ReadSetting readSetting(const SettingDef& def,
                                      const std::vector<std::string>& texts,
                                      bool is_list,
                                      Spelling spelling);

/// What is wrong with the schema itself, a sentence each: "dead_ticks: its default is wrong: must
/// be between 1 and 100, got 0".
[[nodiscard]] std::vector<std::string> problemsOf(const SettingsSchema& schema);

}  // namespace orch

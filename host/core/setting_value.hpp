#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace orch {

enum class SettingType {
    kBoolean,
    kInteger,
    kNumber,    ///< finite; with or without a fraction
    kText,      ///< of one line or more
    kDuration,  ///< written 30s, 2h
    kBytes,     ///< written 50MB, 10GB
    kTexts      ///< a list
};

/// One value in force: durations are whole milliseconds, sizes are bytes, both std::int64_t.
using SettingValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Where a value is written: variables also know "on" (parseVote), bare seconds and lists with
/// commas.
enum class Spelling { kFile, kVariable };

/// `text` as a value of `type`; nothing when it is none. A list's is its items with commas between;
/// empty ones do not count.
[[nodiscard]] std::optional<SettingValue> parseSetting(SettingType type,
                                                       const std::string& text,
                                                       Spelling spelling);

/// As one would write it in the file: "2h", "10GB", "[a, b]".
[[nodiscard]] std::string textOf(SettingType type, const SettingValue& value);

/// "a duration such as 30s, 15m or 2h".
[[nodiscard]] std::string spokenOf(SettingType type, Spelling spelling);

}  // namespace orch

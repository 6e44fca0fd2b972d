#include "core/setting_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/text.hpp"
#include "core/plugin_switch.hpp"

namespace orch {

namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

template <class Number>
std::optional<Number> parseNumber(const std::string& text) {
    Number number{};
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || at != end) return {};
    return number;
}

std::optional<SettingValue> parseBoolean(const std::string& text, Spelling spelling) {
    if (spelling == Spelling::kFile && text != "true" && text != "false") return {};
    const auto on = parseVote(text);
    return on ? std::optional<SettingValue>{*on} : std::nullopt;
}

std::optional<SettingValue> parseInteger(const std::string& text) {
    const auto number = parseNumber<std::int64_t>(text);
    return number ? std::optional<SettingValue>{*number} : std::nullopt;
}

/// std::from_chars also takes "nan" and "inf", which nothing can be compared with.
std::optional<SettingValue> parseReal(const std::string& text) {
    const auto number = parseNumber<double>(text);
    return number && std::isfinite(*number) ? std::optional<SettingValue>{*number} : std::nullopt;
}

std::optional<SettingValue> parseSpan(const std::string& text, Spelling spelling) {
    if (const auto span = parseDuration(text)) return SettingValue{std::int64_t{span->count()}};
    if (spelling == Spelling::kFile) return {};
    const auto seconds = parseNumber<std::int64_t>(text);
    if (!seconds || *seconds < 0 || *seconds > kMost / 1000) return {};
    return SettingValue{*seconds * 1000};
}

std::optional<SettingValue> parseSize(const std::string& text) {
    const auto bytes = parseBytes(text);
    if (!bytes || *bytes > static_cast<std::uint64_t>(kMost)) return {};
    return SettingValue{static_cast<std::int64_t>(*bytes)};
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> splitAtCommas(std::string_view text) {
    std::vector<std::string> items;
    for (bool more = true; more;) {
        const auto comma = text.find(',');
        more = comma != std::string_view::npos;
        if (const auto item = trimmed(text.substr(0, comma)); !item.empty())
            items.emplace_back(item);
        text.remove_prefix(more ? comma + 1 : text.size());
    }
    return items;
}

std::string realText(double number) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

std::string wholeText(SettingType type, std::int64_t number) {
    if (type == SettingType::kDuration) return formatDuration(std::chrono::milliseconds{number});
    if (type == SettingType::kBytes) return formatBytes(static_cast<std::uint64_t>(number));
    return std::to_string(number);
}

}  // namespace

std::optional<SettingValue> parseSetting(SettingType type,
                                         const std::string& text,
                                         Spelling spelling) {
    switch (type) {
        case SettingType::kBoolean:
            return parseBoolean(text, spelling);
        case SettingType::kInteger:
            return parseInteger(text);
        case SettingType::kNumber:
            return parseReal(text);
        case SettingType::kText:
            return SettingValue{text};
        case SettingType::kDuration:
            return parseSpan(text, spelling);
        case SettingType::kBytes:
            return parseSize(text);
        case SettingType::kTexts:
            return SettingValue{splitAtCommas(text)};
    }
    return {};
}

std::string textOf(SettingType type, const SettingValue& value) {
    if (const auto* on = std::get_if<bool>(&value)) return *on ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return wholeText(type, *number);
    if (const auto* number = std::get_if<double>(&value)) return realText(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return "[" + join(std::get<std::vector<std::string>>(value), ", ") + "]";
}

std::string spokenOf(SettingType type, Spelling spelling) {
    const bool in_file = spelling == Spelling::kFile;
    switch (type) {
        case SettingType::kBoolean:
            return "true or false";
        case SettingType::kInteger:
            return "a whole number";
        case SettingType::kNumber:
            return "a number";
        case SettingType::kText:
            return "a text";
        case SettingType::kDuration:
            return in_file ? "a duration such as 30s, 15m or 2h"
                           : "a duration such as 30s, 15m or 2h, or seconds";
        case SettingType::kBytes:
            return "a size such as 64KB, 50MB or 2GB";
        case SettingType::kTexts:
            return in_file ? "a list such as [a, b]" : "a list such as a,b";
    }
    return {};
}

}  // namespace orch

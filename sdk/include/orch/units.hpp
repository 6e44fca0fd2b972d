#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

// Sizes and spans of time, written as in the configuration: 10GB, 30s. Powers of 1000.

namespace orch {
inline namespace sdk {

namespace literals {
constexpr std::uint64_t operator""_KB(unsigned long long count) {
    return count * 1000;
}
constexpr std::uint64_t operator""_MB(unsigned long long count) {
    return count * 1'000'000;
}
constexpr std::uint64_t operator""_GB(unsigned long long count) {
    return count * 1'000'000'000;
}
constexpr std::uint64_t operator""_TB(unsigned long long count) {
    return count * 1'000'000'000'000;
}
}  // namespace literals

namespace detail {

struct Unit {
    std::string_view name;
    std::uint64_t size;
};
inline constexpr std::array kSizes{Unit{"TB", 1'000'000'000'000},
                                   Unit{"GB", 1'000'000'000},
                                   Unit{"MB", 1'000'000},
                                   Unit{"KB", 1000},
                                   Unit{"B", 1}};
inline constexpr std::array kSpans{
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000}, Unit{"ms", 1}};

/// A whole number and one of `units`; nothing for anything else, or for more than `most`.
template <std::size_t N>
[[nodiscard]] std::optional<std::uint64_t> parseUnits(std::string_view text,
                                                      const std::array<Unit, N>& units,
                                                      std::uint64_t most) {
    std::uint64_t count{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return {};
    const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& unit : units) {
        if (unit.name == name && count <= most / unit.size) return count * unit.size;
    }
    return {};
}

}  // namespace detail

/// "10GB", "512B"; nothing for anything else.
[[nodiscard]] inline std::optional<std::uint64_t> parseSize(std::string_view text) {
    return detail::parseUnits(text, detail::kSizes, std::numeric_limits<std::uint64_t>::max());
}

/// "30s", "250ms", "2h"; nothing for anything else.
[[nodiscard]] inline std::optional<std::chrono::milliseconds> parseSpan(std::string_view text) {
    const auto ms =
        detail::parseUnits(text, detail::kSpans, std::numeric_limits<std::int64_t>::max());
    if (!ms) return {};
    return std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
}

/// For people, rounded down: "9.3 GB", "812 MB", "0 B".
[[nodiscard]] inline std::string bytes(std::uint64_t count) {
    for (const auto& [name, size] : detail::kSizes) {
        const auto whole = count / size;
        if (whole == 0 && size > 1) continue;
        const auto tenth = size > 1 ? count % size / (size / 10) : 0;
        const bool precise = whole < 10 && tenth > 0;
        return std::to_string(whole) + (precise ? "." + std::to_string(tenth) : "") + " " +
               std::string{name};
    }
    return {};
}

}  // namespace sdk
}  // namespace orch

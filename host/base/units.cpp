#include <time.h>

#include <array>
#include <charconv>
#include <limits>
#include <span>

#include "base/text.hpp"

namespace orch {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr std::array kTimeUnits{
    Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000}, Unit{"ms", 1}};
constexpr std::array kByteUnits{Unit{"TB", 1'000'000'000'000},
                                Unit{"GB", 1'000'000'000},
                                Unit{"MB", 1'000'000},
                                Unit{"KB", 1000},
                                Unit{"B", 1}};

/// A whole number and one of `units`, unless the product is above `most`.
std::optional<std::uint64_t> parseUnits(std::string_view text,
                                        std::span<const Unit> units,
                                        std::uint64_t most) {
    std::uint64_t number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return {};
    const auto name = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& unit : units) {
        if (unit.name != name) continue;
        return number <= most / unit.size ? std::optional{number * unit.size} : std::nullopt;
    }
    return {};
}

std::string formatUnits(std::uint64_t number, std::span<const Unit> units) {
    auto unit = units.begin();
    while (number % unit->size != 0) ++unit;  // the last one has size 1
    return std::to_string(number / unit->size) + std::string{unit->name};
}

/// |span|, also of the smallest one, whose negative does not exist.
std::uint64_t magnitude(std::chrono::milliseconds span) {
    const auto bits = static_cast<std::uint64_t>(span.count());
    return span.count() < 0 ? 0 - bits : bits;
}

std::string spoken(std::uint64_t number, std::string_view unit) {
    return std::to_string(number) + " " + std::string{unit};
}

std::string spokenUnderAMinute(std::uint64_t ms) {
    if (ms == 0 || ms >= 1000) return spoken(ms / 1000, "s");
    return ms < 100 ? spoken(ms, "ms") : "0." + spoken(ms / 100, "s");
}

std::string spokenMagnitude(std::uint64_t ms) {
    for (std::size_t i = 0; i < 3; ++i) {  // d, h, m, each with the unit below it
        const auto& [big, size] = kTimeUnits[i];
        if (ms < size) continue;
        const auto& [small, small_size] = kTimeUnits[i + 1];
        const auto rest = ms % size / small_size;
        return spoken(ms / size, big) + (rest > 0 ? " " + spoken(rest, small) : "");
    }
    return spokenUnderAMinute(ms);
}

}  // namespace

std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    const auto ms = parseUnits(text, kTimeUnits, kMost);
    if (!ms) return {};
    return std::chrono::milliseconds{static_cast<std::int64_t>(*ms)};
}

std::string formatDuration(std::chrono::milliseconds span) {
    if (span.count() == 0) return "0s";
    return (span.count() < 0 ? "-" : "") + formatUnits(magnitude(span), kTimeUnits);
}

std::string spokenDuration(std::chrono::milliseconds span) {
    return (span.count() < 0 ? "-" : "") + spokenMagnitude(magnitude(span));
}

std::optional<std::uint64_t> parseBytes(std::string_view text) {
    return parseUnits(text, kByteUnits, std::numeric_limits<std::uint64_t>::max());
}

std::string formatBytes(std::uint64_t bytes) {
    return bytes == 0 ? "0B" : formatUnits(bytes, kByteUnits);
}

std::string spokenBytes(std::uint64_t bytes) {
    constexpr std::array kUnits{"B", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    std::uint64_t whole = bytes, tenths = 0;
    for (; whole >= 1000 && unit + 1 < kUnits.size(); ++unit) {
        tenths = whole % 1000 / 100;
        whole /= 1000;
    }
    const bool precise = unit > 0 && whole < 10 && tenths > 0;
    return std::to_string(whole) + (precise ? "." + std::to_string(tenths) : "") + " " +
           kUnits.at(unit);
}

std::string formatUtc(std::chrono::system_clock::time_point wall) {
    const time_t seconds =
        std::chrono::floor<std::chrono::seconds>(wall).time_since_epoch().count();
    tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    return {text.data(), strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace orch

#include "common/words.hpp"

#include <array>
#include <cstdint>
#include <ctime>

namespace orch::common {

namespace {

struct Unit {
    std::int64_t milliseconds;
    const char* word;
};
constexpr std::array<Unit, 4> kUnits{
    {{86'400'000, " d"}, {3'600'000, " h"}, {60'000, " m"}, {1'000, " s"}}};

}  // namespace

std::string spoken(Milliseconds span) {
    const auto count = span.count();
    for (std::size_t at = 0; at < kUnits.size(); ++at) {
        const auto [size, word] = kUnits[at];
        if (count < size) continue;
        const auto text = std::to_string(count / size) + word;
        if (at + 1 == kUnits.size()) return text;
        const auto rest = count % size / kUnits[at + 1].milliseconds;
        return rest == 0 ? text : text + " " + std::to_string(rest) + kUnits[at + 1].word;
    }
    return std::to_string(count) + " ms";
}

std::string utc(std::chrono::system_clock::time_point wall) {
    const auto seconds = std::chrono::system_clock::to_time_t(wall);
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr) return "";
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string wordOf(Life life) {
    if (life == Life::kUnknown) return "unknown";
    return life == Life::kAlive ? "alive" : "dead";
}

std::string wordOf(Lock lock) {
    switch (lock) {
        case Lock::kHeld:
            return "held";
        case Lock::kFree:
            return "free";
        case Lock::kAbsent:
            return "absent";
        case Lock::kUnknown:
            break;
    }
    return "unknown";
}

}  // namespace orch::common

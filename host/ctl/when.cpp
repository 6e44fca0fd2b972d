#include "ctl/when.hpp"

#include <array>
#include <ctime>
#include <regex>

#include "base/text.hpp"
#include "ctl/terminal.hpp"

namespace orch::ctl {

namespace {

std::tm localOf(WallClock at) {
    const auto seconds = std::chrono::system_clock::to_time_t(at);
    std::tm local{};
    localtime_r(&seconds, &local);
    return local;
}

std::string format(const std::tm& moment, const char* pattern) {
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), pattern, &moment)};
}

bool sameDay(const std::tm& a, const std::tm& b) {
    return a.tm_year == b.tm_year && a.tm_yday == b.tm_yday;
}

}  // namespace

std::optional<WallClock> parseUtc(std::string_view text) {
    const std::string copy{text};
    std::tm moment{};
    const char* rest = strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &moment);
    if (rest == nullptr) return std::nullopt;
    if (*rest == '.') rest += 1 + std::string_view{rest + 1}.find_first_not_of("0123456789");
    if (std::string_view{rest} != "Z") return std::nullopt;
    return std::chrono::system_clock::from_time_t(timegm(&moment));
}

std::string localTime(std::string_view utc, WallClock now) {
    const auto at = parseUtc(utc);
    if (!at) return harmlessLine(utc);
    const auto local = localOf(*at);
    return format(local, sameDay(local, localOf(now)) ? "%H:%M" : "%Y-%m-%d %H:%M");
}

std::string withLocalTimes(const std::string& text, WallClock now) {
    static const std::regex kMoment{R"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)"};
    std::string result;
    auto rest = text.begin();
    for (std::sregex_iterator at{text.begin(), text.end(), kMoment}; at != std::sregex_iterator{};
         ++at) {
        result.append(rest, (*at)[0].first).append(localTime(at->str(), now));
        rest = (*at)[0].second;
    }
    return result.append(rest, text.end());
}

std::string age(std::string_view utc, WallClock now) {
    const auto at = parseUtc(utc);
    if (!at) return "-";
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(now - *at);
    if (span < -std::chrono::minutes{1}) return "-";
    // Stored moments are whole seconds, so anything below one is "0 s".
    const auto whole = std::chrono::floor<std::chrono::seconds>(span);
    if (whole < std::chrono::seconds{1}) return "0 s";
    return spokenDuration(whole);
}

}  // namespace orch::ctl

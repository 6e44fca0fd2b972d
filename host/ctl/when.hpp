#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace orch::ctl {

using WallClock = std::chrono::system_clock::time_point;

/// Reads "2026-11-22T14:00:00Z" (a fraction of a second is allowed and dropped).
[[nodiscard]] std::optional<WallClock> parseUtc(std::string_view text);

/// "14:02" in this machine's time zone when it is the day of `now`, else "2026-11-21 14:02"; what
/// is no moment is shown as harmlessLine() shows it.
[[nodiscard]] std::string localTime(std::string_view utc, WallClock now);
/// `text` with every moment in it as localTime() shows it.
[[nodiscard]] std::string withLocalTimes(const std::string& text, WallClock now);
/// "3 h 10 m" from `utc` to `now`; "-" when it is no moment or lies ahead by more than a minute.
[[nodiscard]] std::string age(std::string_view utc, WallClock now);

}  // namespace orch::ctl

#pragma once

#include <chrono>
#include <string>

#include "orch/types.hpp"

namespace orch::common {

/// For people, rounded down: "2 d 4 h", "3 h 10 m", "5 m 3 s", "12 s", "40 ms".
[[nodiscard]] std::string spoken(Milliseconds span);

/// "2026-11-22T14:00:00Z"
[[nodiscard]] std::string utc(std::chrono::system_clock::time_point wall);

/// "alive", "held": as orchd itself writes them.
[[nodiscard]] std::string wordOf(Life life);
[[nodiscard]] std::string wordOf(Lock lock);

}  // namespace orch::common

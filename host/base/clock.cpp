#include "base/clock.hpp"

#include <time.h>

namespace orch {

std::int64_t bootMilliseconds() {
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1'000'000;
}

Now SystemClock::now() const {
    return {fromMilliseconds(bootMilliseconds() + offset_.count()),
            std::chrono::steady_clock::now(),
            std::chrono::system_clock::now()};
}

WallTime wallTimeOf(Instant at, const Now& now) {
    return now.wall - (now.at - at);
}

}  // namespace orch

#include "core/tick_schedule.hpp"

#include <stdexcept>

namespace orch {

TickSchedule::TickSchedule(AwakeTime start, Milliseconds interval)
    : start_(start), interval_(interval) {
    if (interval <= Milliseconds{0}) throw std::invalid_argument("a tick's interval must be > 0");
}

AwakeTime TickSchedule::after(AwakeTime now) const {
    if (now < start_) return start_;
    return start_ + ((now - start_) / interval_ + 1) * interval_;
}

std::int64_t TickSchedule::passedSince(AwakeTime point, AwakeTime now) const {
    return now <= point ? 0 : (now - point) / interval_;
}

}  // namespace orch

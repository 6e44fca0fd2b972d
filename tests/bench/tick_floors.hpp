#pragma once

#include <functional>
#include <vector>

#include "bench/measure.hpp"

namespace orch::bench {

/// When each timer was first due; afterwards once a `period`.
struct Timers {
    std::vector<Steady::time_point> starts;
    Steady::duration period{};
    Steady::time_point end;
};
/// Timer `which` was due at `due`; runs on the floor's thread.
using Fired = std::function<void(std::size_t which, Steady::time_point due)>;

/// A heap of deadlines over a condition variable, and nothing else.
void runBareHeap(const Timers& timers, const Fired& fired);
/// One timerfd a timer, and an epoll.
void runTimerfds(const Timers& timers, const Fired& fired);

}  // namespace orch::bench

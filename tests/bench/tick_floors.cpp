#include "bench/tick_floors.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <queue>

namespace orch::bench {

namespace {

using Due = std::pair<Steady::time_point, std::size_t>;

timespec specOf(Steady::duration span) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
    const auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(span - seconds);
    return {seconds.count(), rest.count()};
}

int openTimer(Steady::time_point start, Steady::duration period) {
    const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const itimerspec spec{specOf(period), specOf(start.time_since_epoch())};
    if (fd < 0 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, nullptr) != 0) {
        throw std::runtime_error("cannot set a timerfd");
    }
    return fd;
}

}  // namespace

void runBareHeap(const Timers& timers, const Fired& fired) {
    std::priority_queue<Due, std::vector<Due>, std::greater<>> heap;
    for (std::size_t i = 0; i < timers.starts.size(); ++i) heap.emplace(timers.starts[i], i);
    std::mutex mutex;
    std::condition_variable changed;
    std::unique_lock lock(mutex);
    while (heap.top().first < timers.end) {
        const auto [due, which] = heap.top();
        if (Steady::now() < due) {
            changed.wait_until(lock, due);
            continue;
        }
        heap.pop();
        heap.emplace(due + timers.period, which);
        lock.unlock();
        fired(which, due);
        lock.lock();
    }
}

void runTimerfds(const Timers& timers, const Fired& fired) {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<int> fds;
    auto due = timers.starts;
    for (std::size_t i = 0; i < due.size(); ++i) {
        fds.push_back(openTimer(due[i], timers.period));
        epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
        epoll_ctl(poll, EPOLL_CTL_ADD, fds.back(), &event);
    }
    std::array<epoll_event, 64> events{};
    while (Steady::now() < timers.end) {
        const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), 200);
        for (int i = 0; i < ready; ++i) {
            const auto which = events[static_cast<std::size_t>(i)].data.u64;
            std::uint64_t times = 0;
            if (read(fds[which], &times, sizeof times) != sizeof times) continue;
            fired(which, due[which]);
            due[which] += static_cast<int>(times) * timers.period;
        }
    }
    for (const int fd : fds) close(fd);
    close(poll);
}

}  // namespace orch::bench

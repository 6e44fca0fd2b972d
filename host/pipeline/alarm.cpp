#include "pipeline/alarm.hpp"

#include <algorithm>
#include <utility>

namespace orch {

Alarm::Alarm() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

Alarm::~Alarm() {
    stop();
}

void Alarm::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Alarm::set(const std::string& key, Time when, std::function<void()> callback) {
    {
        const std::lock_guard lock(mutex_);
        entries_[key] = {when, std::move(callback)};
    }
    changed_.notify_one();
}

void Alarm::clear(const std::string& key) {
    const std::lock_guard lock(mutex_);
    entries_.erase(key);
}

std::map<std::string, Alarm::Entry>::iterator Alarm::next() {
    return std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.when; });
}

void Alarm::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        const auto due = next();
        if (due == entries_.end()) {
            changed_.wait(lock, stop, [this] { return !entries_.empty(); });
        } else if (const auto when = due->second.when; std::chrono::steady_clock::now() < when) {
            changed_.wait_until(lock, stop, when, [&] {
                const auto first = next();
                return first == entries_.end() || first->second.when < when;
            });
        } else {
            const auto callback = std::move(due->second.callback);
            entries_.erase(due);
            lock.unlock();
            callback();
            lock.lock();
        }
    }
}

}  // namespace orch

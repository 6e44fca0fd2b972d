#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace orch {

/// Calls back once at a time: one entry a key, a later set() of the key replaces the earlier. The
/// callback runs on the alarm's thread and must not block. Sleeps without a wake-up while nothing
/// is set. Thread-safe.
class Alarm {
public:
    using Time = std::chrono::steady_clock::time_point;

    Alarm();
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void set(const std::string& key, Time when, std::function<void()> callback);
    void clear(const std::string& key);
    /// Calls nothing back from now on; returns once a running callback has ended.
    void stop();

private:
    struct Entry {
        Time when;
        std::function<void()> callback;
    };
    void run(const std::stop_token& stop);
    /// The entry that is due next; entries_.end() without one. Called under the lock.
    std::map<std::string, Entry>::iterator next();

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, Entry> entries_;
    std::jthread thread_;
};

}  // namespace orch

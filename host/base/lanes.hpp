#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace orch {

/// A small pool of threads that runs work posted under a key: one at a time and in order per key,
/// different keys side by side. For whatever may block: git, gates, outgoing HTTP.
/// Thread-safe. A work item that throws ends the process: it must decide about its own errors.
class Lanes {
public:
    explicit Lanes(unsigned threads);
    /// Runs what has begun to its end, drops what has not, joins.
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    void post(const std::string& key, std::function<void()> work);
    /// Nothing new is accepted or begun; returns once what runs has ended. Never call it from work.
    void stop();
    /// Blocks until nothing runs and nothing waits. For tests.
    void waitIdle();

private:
    using Work = std::function<void()>;
    void dropWaiting();
    void run(const std::stop_token& stop);
    void runNext(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, std::deque<Work>> lanes_;  ///< what waits; here while ready or running
    std::deque<std::string> ready_;  ///< keys with waiting work and nobody working on them
    unsigned working_ = 0;
    bool stopping_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace orch

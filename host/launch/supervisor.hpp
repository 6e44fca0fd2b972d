#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "core/launcher.hpp"
#include "launch/poller.hpp"
#include "launch/watched_attempt.hpp"

namespace orch {

/// The thread that follows attempts and tells the listener. It sleeps without a time-out while
/// nothing is being ended or sought. add(), cancel(), watches() and watched() may be called by any
/// thread.
class Supervisor {
public:
    explicit Supervisor(AttemptListener& listener);
    /// Stops watching; the attempts themselves go on. No call to the listener after it.
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// False when the attempt is watched already.
    bool add(std::unique_ptr<WatchedAttempt> attempt);
    void cancel(AttemptKey key);
    [[nodiscard]] bool watches(AttemptKey key) const;
    [[nodiscard]] std::size_t watched() const;

private:
    /// Counts up and is never reused, so an event of an earlier watch finds nothing.
    using Generation = std::uint64_t;
    enum class Source : std::uint64_t { kPidfd, kNotice };
    struct Entry {
        std::unique_ptr<WatchedAttempt> attempt;
        bool pidfd_polled = false, notice_polled = false;
        std::optional<AwakeTime> due;  ///< as it stands in due_
    };
    using Entries = std::map<Generation, Entry>;

    void run(const std::stop_token& stop);
    void post(std::function<void()> order);
    void takeOrders();
    void begin(std::unique_ptr<WatchedAttempt> attempt);
    void dispatch(Poller::Token token);
    void runDue();
    /// `event`, then whatever follows from the attempt's new state.
    void drive(Generation generation, const std::function<void(Entry&)>& event);
    void hearNotice(Entry& entry);
    void poll(Entry& entry, Generation generation);
    void schedule(Entry& entry, Generation generation);
    void finish(Entries::iterator found);
    void unpoll(Entry& entry);

    AttemptListener& listener_;
    Poller poller_;

    mutable std::mutex mutex_;
    std::vector<std::function<void()>> orders_;  ///< guarded by mutex_
    std::set<AttemptKey> keys_;                  ///< guarded by mutex_

    // The rest belongs to the thread.
    Entries entries_;
    std::map<AttemptKey, Generation> by_key_;
    std::set<std::pair<AwakeTime, Generation>> due_;
    Generation last_generation_ = 0;
    std::jthread thread_;
};

}  // namespace orch

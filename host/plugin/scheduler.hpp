#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "plugin/tick_book.hpp"

namespace orch {

/// How the scheduler reaches one plugin. All run on the scheduler's thread without its lock; none
/// may block, and none may call add() or remove().
struct TickedCalls {
    /// Hands a tick over to the plugin's thread, which answers with tickBegan() and ended(), or
    /// with tickDropped(), under this id: add() may not have answered yet. What it throws counts as
    /// a failure of the plugin.
    std::function<void(TickedId)> tick;
    /// The entry under way has passed its deadline: sets the plugin's cancellation flag.
    std::function<void()> cancel;
    /// May it be ticked now? Asked at the beginning and after each refresh().
    std::function<bool()> on;
};

/// Tells plugins when to tick, from one thread: on a grid that does not drift, never twice at once
/// for one plugin; points of the grid that a late or long tick passes over are dropped and counted.
/// Watches every entry into a plugin: one that passes its deadline is visible in hung() at once, is
/// cancelled, and counts as a failure; after three failures in a row the plugin waits
/// (core/plugin_backoff.hpp). Thread-safe.
class Scheduler {
public:
    /// Told of each quarantine, in order, on the scheduler's thread; must not throw. It may block
    /// for a moment, at the price of late ticks.
    using OnNote = std::function<void(const QuarantineNote&)>;

    /// `clock` outlives the scheduler.
    Scheduler(const Clock& clock, OnNote on_note);
    /// As stop().
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    [[nodiscard]] TickedId add(const std::string& plugin, TickRhythm rhythm, TickedCalls calls);
    /// After it none of its calls runs or will run; reports for it are ignored.
    void remove(TickedId id);
    /// Takes effect from now on, with a new grid.
    void retune(TickedId id, TickRhythm rhythm);
    /// Its calls.on() may answer differently now.
    void refresh(TickedId id);

    // From the plugin's thread, around each entry:
    void tickBegan(TickedId id);
    /// The tick that was handed over will not begin: with an error, that is a failure; without, the
    /// plugin is off by now.
    void tickDropped(TickedId id, const std::string& error = "");
    /// Another entry begins: "run of job 7", as in "its run of job 7 runs since …".
    void began(TickedId id, const std::string& what);
    void ended(TickedId id, const EntryEnd& end);

    [[nodiscard]] TickStatus status(TickedId id) const;
    /// "plugin reaper: its tick runs since 2026-11-22T14:05:01Z, 45 s; its limit is 30 s".
    [[nodiscard]] std::vector<std::string> hung() const;

    /// Calls nothing from now on, tells what notes there are, joins. Not from a call.
    void stop();
    /// Looks at the clock anew: for clocks that are moved by hand.
    void wake();

private:
    using Calls = std::map<TickedId, std::shared_ptr<const TickedCalls>>;
    void run(const std::stop_token& stop);
    void pass(std::unique_lock<std::mutex>& lock);
    void wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    void askAgain(std::unique_lock<std::mutex>& lock);
    void call(const TickBook::Work& work, const Calls& calls);
    void hand(TickedId id, const TickedCalls& calls);
    /// The thread waits for longer than it may now. Under the lock.
    void nudge();
    template <class F>
    void report(F change);

    const Clock& clock_;
    const OnNote on_note_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;  ///< for the thread
    std::condition_variable passed_;       ///< for remove()
    TickBook book_;
    Calls calls_;
    std::set<TickedId> stale_;  ///< whose on() is to be asked
    AwakeTime sleeps_until_ = AwakeTime::min();
    bool woken_ = false;
    std::int64_t passes_ = 0;
    bool calling_ = false;  ///< a pass is outside the lock
    std::jthread thread_;
};

}  // namespace orch

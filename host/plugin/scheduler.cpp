#include "plugin/scheduler.hpp"

#include <exception>
#include <utility>

namespace orch {

Scheduler::Scheduler(const Clock& clock, OnNote on_note)
    : clock_(clock), on_note_(std::move(on_note)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Scheduler::~Scheduler() {
    stop();
}

void Scheduler::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void Scheduler::wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_one();
}

// Most changes are for later than what the thread waits for already: it is left asleep.
void Scheduler::nudge() {
    const auto next = book_.next();
    const bool is_sooner = next && *next < sleeps_until_;
    if (!is_sooner && stale_.empty()) return;
    woken_ = true;
    changed_.notify_one();
}

template <class F>
void Scheduler::report(F change) {
    const std::lock_guard lock(mutex_);
    change(clock_.now());
    nudge();
}

TickedId Scheduler::add(const std::string& plugin, TickRhythm rhythm, TickedCalls calls) {
    const std::lock_guard lock(mutex_);
    const auto id = book_.add(plugin, rhythm);
    calls_[id] = std::make_shared<const TickedCalls>(std::move(calls));
    stale_.insert(id);
    nudge();
    return id;
}

void Scheduler::remove(TickedId id) {
    std::unique_lock lock(mutex_);
    book_.remove(id);
    calls_.erase(id);
    stale_.erase(id);
    const auto pass = passes_;
    passed_.wait(lock, [&] { return !calling_ || passes_ != pass; });
}

void Scheduler::retune(TickedId id, TickRhythm rhythm) {
    report([&](const Now& now) { book_.retune(id, rhythm, now); });
}

void Scheduler::refresh(TickedId id) {
    const std::lock_guard lock(mutex_);
    if (!calls_.contains(id)) return;
    stale_.insert(id);
    nudge();
}

void Scheduler::tickBegan(TickedId id) {
    report([&](const Now& now) { book_.tickBegan(id, now); });
}

void Scheduler::tickDropped(TickedId id, const std::string& error) {
    report([&](const Now& now) { book_.tickDropped(id, error, now); });
}

void Scheduler::began(TickedId id, const std::string& what) {
    report([&](const Now& now) { book_.began(id, what, now); });
}

void Scheduler::ended(TickedId id, const EntryEnd& end) {
    report([&](const Now& now) { book_.ended(id, end, now); });
}

TickStatus Scheduler::status(TickedId id) const {
    const std::lock_guard lock(mutex_);
    return book_.status(id, clock_.now());
}

std::vector<std::string> Scheduler::hung() const {
    const std::lock_guard lock(mutex_);
    return book_.hung(clock_.now());
}

void Scheduler::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wait(lock, stop);
        pass(lock);
    }
    for (const auto& note : book_.takeNotes()) on_note_(note);
}

void Scheduler::wait(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    const auto next = book_.next();
    sleeps_until_ = next.value_or(AwakeTime::max());
    const auto wanted = [this] { return woken_ || !stale_.empty(); };
    if (!next) {
        changed_.wait(lock, stop, wanted);
    } else if (const auto now = clock_.now().awake; *next > now) {
        changed_.wait_for(lock, stop, *next - now, wanted);
    }
    woken_ = false;
    sleeps_until_ = AwakeTime::min();
}

// Everything is called without the lock; remove() waits for the end of the pass.
void Scheduler::pass(std::unique_lock<std::mutex>& lock) {
    calling_ = true;
    askAgain(lock);
    const auto work = book_.take(clock_.now());
    if (!work.empty()) {
        Calls called;
        for (const auto& ids : {work.ticks, work.cancelled}) {
            for (const auto id : ids) called[id] = calls_.at(id);
        }
        lock.unlock();
        call(work, called);
        lock.lock();
    }
    calling_ = false;
    ++passes_;
    passed_.notify_all();
}

// Whoever asks for it meanwhile asks again, so the last answer is never an old one.
void Scheduler::askAgain(std::unique_lock<std::mutex>& lock) {
    while (!stale_.empty()) {
        const auto id = *stale_.begin();
        stale_.erase(stale_.begin());
        const auto calls = calls_.at(id);
        lock.unlock();
        const bool on = calls->on();
        lock.lock();
        book_.setOn(id, on, clock_.now());
    }
}

void Scheduler::call(const TickBook::Work& work, const Calls& calls) {
    for (const auto id : work.ticks) hand(id, *calls.at(id));
    for (const auto id : work.cancelled) calls.at(id)->cancel();
    for (const auto& note : work.notes) on_note_(note);
}

void Scheduler::hand(TickedId id, const TickedCalls& calls) {
    try {
        calls.tick(id);
    } catch (const std::exception& error) {
        tickDropped(id, std::string("its tick could not be begun: ") + error.what());
    }
}

}  // namespace orch

#include "launch/supervisor.hpp"

#include "base/error.hpp"

namespace orch {

namespace {

AwakeTime now() {
    return std::chrono::steady_clock::now();
}

}  // namespace

Supervisor::Supervisor(AttemptListener& listener)
    : listener_(listener), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Supervisor::~Supervisor() {
    thread_.request_stop();
    poller_.kick();
}

bool Supervisor::add(std::unique_ptr<WatchedAttempt> attempt) {
    {
        const std::scoped_lock lock(mutex_);
        if (!keys_.insert(attempt->folder().key).second) return false;
    }
    // std::function copies what it holds
    post([this, shared = std::make_shared<decltype(attempt)>(std::move(attempt))] {
        begin(std::move(*shared));
    });
    return true;
}

void Supervisor::cancel(AttemptKey key) {
    post([this, key] {
        const auto found = by_key_.find(key);
        if (found == by_key_.end()) return;
        drive(found->second, [](Entry& entry) { entry.attempt->cancel(now()); });
    });
}

bool Supervisor::watches(AttemptKey key) const {
    const std::scoped_lock lock(mutex_);
    return keys_.contains(key);
}

std::size_t Supervisor::watched() const {
    const std::scoped_lock lock(mutex_);
    return keys_.size();
}

void Supervisor::post(std::function<void()> order) {
    {
        const std::scoped_lock lock(mutex_);
        orders_.push_back(std::move(order));
    }
    poller_.kick();
}

void Supervisor::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto until = due_.empty() ? std::nullopt : std::optional{due_.begin()->first};
        const auto tokens = poller_.wait(until);
        takeOrders();
        for (const auto token : tokens) dispatch(token);
        runDue();
    }
}

void Supervisor::takeOrders() {
    std::vector<std::function<void()>> orders;
    {
        const std::scoped_lock lock(mutex_);
        orders.swap(orders_);
    }
    for (const auto& order : orders) order();
}

void Supervisor::begin(std::unique_ptr<WatchedAttempt> attempt) {
    const auto generation = ++last_generation_;
    by_key_[attempt->folder().key] = generation;
    entries_.emplace(generation, Entry{std::move(attempt), false, false, {}});
    drive(generation, [](Entry&) {});
}

void Supervisor::dispatch(Poller::Token token) {
    if (Source{token % 2} == Source::kNotice) {
        drive(token / 2, [this](Entry& entry) { hearNotice(entry); });
    } else {
        drive(token / 2, [](Entry& entry) { entry.attempt->shimGone(now()); });
    }
}

void Supervisor::runDue() {
    const auto passed = now();
    std::vector<Generation> generations;
    for (const auto& [at, generation] : due_) {
        if (at > passed) break;
        generations.push_back(generation);
    }
    for (const auto generation : generations) {
        drive(generation, [passed](Entry& entry) { entry.attempt->step(passed); });
    }
}

void Supervisor::drive(Generation generation, const std::function<void(Entry&)>& event) {
    const auto found = entries_.find(generation);
    if (found == entries_.end()) return;
    auto& attempt = *found->second.attempt;
    try {
        event(found->second);
        if (const auto proc = attempt.takeStarted()) listener_.attemptStarted(*proc);
    } catch (const std::exception&) {
        // A file or /proc could not be read: nothing is known, so nothing follows but another look.
        attempt.lookAgain(now());
    }
    if (attempt.phase() == WatchedAttempt::Phase::kOver) return finish(found);
    poll(found->second, generation);
    schedule(found->second, generation);
}

/// A byte or the pipe's end: either way it has said what it had to say.
void Supervisor::hearNotice(Entry& entry) {
    poller_.remove(entry.attempt->notice());
    entry.notice_polled = false;
    entry.attempt->closeNotice();
}

void Supervisor::poll(Entry& entry, Generation generation) {
    auto& attempt = *entry.attempt;
    if (attempt.phase() != WatchedAttempt::Phase::kRunning) return unpoll(entry);
    const auto token = [&](Source source) {
        return generation * 2 + static_cast<Poller::Token>(source);
    };
    if (!entry.pidfd_polled) {
        entry.pidfd_polled = poller_.add(attempt.pidfd(), token(Source::kPidfd));
    }
    if (!entry.notice_polled && attempt.notice()) {
        entry.notice_polled = poller_.add(attempt.notice(), token(Source::kNotice));
    }
    const bool all = entry.pidfd_polled && (entry.notice_polled || !attempt.notice());
    if (!all) attempt.lookAgain(now());  // the kernel had no room: try again
}

void Supervisor::unpoll(Entry& entry) {
    if (std::exchange(entry.pidfd_polled, false)) poller_.remove(entry.attempt->pidfd());
    if (std::exchange(entry.notice_polled, false)) poller_.remove(entry.attempt->notice());
}

void Supervisor::schedule(Entry& entry, Generation generation) {
    if (entry.due) due_.erase({*entry.due, generation});
    entry.due = entry.attempt->nextStep();
    if (entry.due) due_.emplace(*entry.due, generation);
}

void Supervisor::finish(Entries::iterator found) {
    auto& [generation, entry] = *found;
    unpoll(entry);
    if (entry.due) due_.erase({*entry.due, generation});
    const auto attempt = std::move(entry.attempt);
    const auto key = attempt->folder().key;
    by_key_.erase(key);
    entries_.erase(found);
    {
        const std::scoped_lock lock(mutex_);
        keys_.erase(key);
    }
    listener_.attemptEnded(key, attempt->seen());
}

}  // namespace orch

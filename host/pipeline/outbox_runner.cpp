#include "pipeline/outbox_runner.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

namespace orch {

namespace {

constexpr int kBatch = 100;
constexpr std::chrono::seconds kFirstDelay{30};
constexpr std::chrono::minutes kLongestDelay{30};

Milliseconds delayAfter(int tries) {
    return std::min<Milliseconds>(kFirstDelay * (1 << std::min(tries, 10)), kLongestDelay);
}

}  // namespace

OutboxRunner::OutboxRunner(Store& store, Lanes& lanes, Alarm& alarm, Notifier& notifier)
    : store_(store), lanes_(lanes), alarm_(alarm), notifier_(notifier) {}

void OutboxRunner::addTracker(const std::string& project, Tracker& tracker) {
    trackers_[project] = &tracker;
}

void OutboxRunner::wake() {
    lanes_.post("outbox", [this] { run(); });
}

void OutboxRunner::send(const OutboxRow& row) {
    if (row.kind == "notify") return notifier_.send(row.subject, row.text, row.key);
    const auto tracker = trackers_.find(row.target);
    if (tracker == trackers_.end()) return;  // its project left the configuration: nobody to tell
    if (row.kind == "tracker.state")
        return tracker->second->showState(row.subject, row.text, row.key);
    tracker->second->comment(row.subject, row.text, row.key);
}

bool OutboxRunner::deliver(const OutboxRow& row) {
    try {
        send(row);
        store_.write([&](Tx& tx) { outboxDelivered(tx, row.id); });
        return true;
    } catch (const std::exception& error) {
        const std::string words = error.what();
        store_.write(
            [&](Tx& tx) { outboxFailed(tx, row.id, words, tx.at() + delayAfter(row.tries)); });
        return false;
    }
}

void OutboxRunner::run() {
    try {
        const auto now = store_.clock().now();
        const auto rows =
            store_.read([&](Connection& db) { return dueOutbox(db, now.at, kBatch); });
        bool all = true;
        for (const auto& row : rows) all = deliver(row) && all;
        if (rows.size() == kBatch) return wake();
        if (!all) alarm_.set("outbox", now.awake + kFirstDelay, [this] { wake(); });
    } catch (const std::exception& error) {
        std::cerr << "orchd: the outbox cannot be read, again in 30 s: " << error.what() << "\n";
        alarm_.set("outbox", std::chrono::steady_clock::now() + kFirstDelay, [this] { wake(); });
    }
}

}  // namespace orch

#pragma once

#include <map>
#include <string>

#include "base/lanes.hpp"
#include "core/tracker.hpp"
#include "pipeline/alarm.hpp"
#include "store/journal.hpp"
#include "store/store.hpp"

namespace orch {

/// Delivers the outbox: trackers and notifiers hear what the database decided, at least once, each
/// message with its idempotency key. A failure delays that message (30 s doubling up to 30 min) and
/// never the work.
class OutboxRunner {
public:
    OutboxRunner(Store& store, Lanes& lanes, Alarm& alarm, Notifier& notifier);

    /// `tracker` must outlive this. Before start().
    void addTracker(const std::string& project, Tracker& tracker);
    /// Delivers what is due soon, on a lane; asked for after commits that may have written a
    /// message. Never blocks.
    void wake();

private:
    void run();
    /// False when the message has to be tried again.
    bool deliver(const OutboxRow& row);
    void send(const OutboxRow& row);

    Store& store_;
    Lanes& lanes_;
    Alarm& alarm_;
    Notifier& notifier_;
    std::map<std::string, Tracker*> trackers_;
};

}  // namespace orch

#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "base/clock.hpp"
#include "pipeline/alarm.hpp"

namespace orch {

/// When the janitor's next round is: when the first thing is due that a sweep told of. Between two
/// rounds nothing wakes up. Thread-safe; what it is given must outlive it.
class JanitorRounds {
public:
    /// `round` is called on the alarm's thread and must not block. What is due after a last use
    /// waits until at least `apart` from now.
    JanitorRounds(const Clock& clock,
                  Alarm& alarm,
                  Milliseconds apart,
                  std::function<void()> round);

    /// A round begins: from here on what is due is told anew.
    void begin();
    void dueAt(Instant at);
    /// What was of use last at `last_use` is kept for `keep`. Nothing is due without a last use,
    /// or when `keep` is 0: for ever.
    void dueAfter(std::optional<Instant> last_use, Milliseconds keep);
    /// Something failed: one more round in ten minutes, whatever else is due.
    void retry();

private:
    const Clock& clock_;
    Alarm& alarm_;
    Milliseconds apart_;
    std::function<void()> round_;
    std::mutex mutex_;
    std::optional<Instant> next_;
};

}  // namespace orch

#pragma once

#include <deque>
#include <mutex>

#include "base/clock.hpp"

namespace orch {

/// How many actions a plugin may still take in a sliding hour. One a plugin, kept over its
/// generations, in memory alone. Thread-safe.
class ActionBudget {
public:
    /// `most` an hour; 0: none at all.
    explicit ActionBudget(int most) : most_(most) {}
    ActionBudget(const ActionBudget&) = delete;
    ActionBudget& operator=(const ActionBudget&) = delete;

    /// False when the hour is used up. Ends a time of holding when there is room again.
    [[nodiscard]] bool take(AwakeTime now);
    /// What was taken last did not happen.
    void giveBack();
    /// True for the first who asks after take() was false until take() is true again: people are
    /// to be told once. alertFailed(): they could not be told.
    [[nodiscard]] bool alertIsDue();
    void alertFailed();

    [[nodiscard]] int used(AwakeTime now);
    [[nodiscard]] int most() const;
    void setMost(int most);

private:
    void forget(AwakeTime now);

    mutable std::mutex mutex_;
    int most_;
    std::deque<AwakeTime> taken_;
    bool alerted_ = false;
};

}  // namespace orch

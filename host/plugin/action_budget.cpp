#include "plugin/action_budget.hpp"

#include <utility>

namespace orch {

void ActionBudget::forget(AwakeTime now) {
    while (!taken_.empty() && now - taken_.front() >= std::chrono::hours{1}) taken_.pop_front();
}

bool ActionBudget::take(AwakeTime now) {
    const std::lock_guard lock(mutex_);
    forget(now);
    if (static_cast<int>(taken_.size()) >= most_) return false;
    taken_.push_back(now);
    alerted_ = false;
    return true;
}

void ActionBudget::giveBack() {
    const std::lock_guard lock(mutex_);
    if (!taken_.empty()) taken_.pop_back();
}

bool ActionBudget::alertIsDue() {
    const std::lock_guard lock(mutex_);
    return !std::exchange(alerted_, true);
}

void ActionBudget::alertFailed() {
    const std::lock_guard lock(mutex_);
    alerted_ = false;
}

int ActionBudget::used(AwakeTime now) {
    const std::lock_guard lock(mutex_);
    forget(now);
    return static_cast<int>(taken_.size());
}

int ActionBudget::most() const {
    const std::lock_guard lock(mutex_);
    return most_;
}

void ActionBudget::setMost(int most) {
    const std::lock_guard lock(mutex_);
    most_ = most;
}

}  // namespace orch

#include "pipeline/in_hand.hpp"

namespace orch {

void InHand::add(AttemptKey key) {
    const std::lock_guard lock(mutex_);
    keys_.insert(key);
}

void InHand::remove(AttemptKey key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
}

bool InHand::holds(AttemptKey key) const {
    const std::lock_guard lock(mutex_);
    return keys_.contains(key);
}

}  // namespace orch

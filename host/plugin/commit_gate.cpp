#include "plugin/commit_gate.hpp"

namespace orch {

std::optional<Permit> CommitGate::permit() const {
    const std::lock_guard lock(mutex_);
    return state_.permit();
}

bool CommitGate::permits(Permit permit) const {
    const std::lock_guard lock(mutex_);
    return state_.permits(permit);
}

bool CommitGate::isOpen() const {
    const std::lock_guard lock(mutex_);
    return state_.isOpen();
}

void CommitGate::open() {
    const std::lock_guard lock(mutex_);
    state_.open();
}

void CommitGate::shut() {
    const std::lock_guard lock(mutex_);
    state_.shut();
}

void CommitGate::revoke() {
    const std::lock_guard lock(mutex_);
    state_.revoke();
}

bool CommitGate::settle(Milliseconds patience) {
    std::unique_lock lock(mutex_);
    const auto epoch = state_.epoch();
    return ended_.wait_for(lock, patience, [&] { return state_.settled(epoch); });
}

bool CommitGate::begin(Permit permit) {
    const std::lock_guard lock(mutex_);
    return state_.beginAct(permit);
}

void CommitGate::end(Permit permit) {
    const std::lock_guard lock(mutex_);
    state_.endAct(permit);
    ended_.notify_all();
}

}  // namespace orch

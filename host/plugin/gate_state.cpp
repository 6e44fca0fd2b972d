#include "plugin/gate_state.hpp"

namespace orch {

std::optional<Permit> GateState::permit() const {
    if (!open_) return std::nullopt;
    return Permit{epoch_};
}

bool GateState::permits(Permit permit) const {
    return open_ && permit.epoch == epoch_;
}

bool GateState::beginAct(Permit permit) {
    const bool allowed = permits(permit);
    if (allowed) acting_.insert(permit);
    return allowed;
}

void GateState::endAct(Permit permit) {
    acting_.erase(acting_.find(permit));
}

void GateState::shut() {
    if (open_) revoke();
    open_ = false;
}

bool GateState::settled(std::int64_t epoch) const {
    return acting_.empty() || acting_.begin()->epoch >= epoch;
}

}  // namespace orch

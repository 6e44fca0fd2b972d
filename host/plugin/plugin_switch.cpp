#include "plugin/plugin_switch.hpp"

namespace orch {

PluginSwitch::Order PluginSwitch::begin(const RuntimeVote& vote) {
    const Order order{++orders_, vote};
    if (vote.on) return order;
    votes_.runtime = vote;
    holds_ = order.number;
    return order;
}

void PluginSwitch::end(const Order& order, const std::string& trouble) {
    if (!trouble.empty()) {
        if (holds_ == order.number) votes_.runtime->not_recorded = trouble;
        return;
    }
    if (!order.vote.on || order.number < holds_) return;
    votes_.runtime = order.vote;
    holds_ = order.number;
}

}  // namespace orch

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/plugin_switch.hpp"

namespace orch {

/// One plugin's votes and what orders do to them step by step, as a value: Switchboard puts a lock,
/// a gate and the database around them.
///
/// An order has two steps: it begins before its row is written and ends when that is known. Off
/// holds from the beginning, on only at the end, and only if no later order holds by then.
class PluginSwitch {
public:
    struct Order {
        std::int64_t number{};  ///< rows are written in this order
        RuntimeVote vote;
    };

    explicit PluginSwitch(SwitchVotes votes) : votes_(std::move(votes)) {}

    [[nodiscard]] Order begin(const RuntimeVote& vote);
    /// `trouble`: why the row could not be written; empty when it was.
    void end(const Order& order, const std::string& trouble);
    void configure(std::optional<bool> vote) { votes_.configuration = vote; }

    [[nodiscard]] SwitchDecision decide() const { return decideSwitch(votes_); }
    [[nodiscard]] const SwitchVotes& votes() const { return votes_; }

private:
    SwitchVotes votes_;
    std::int64_t orders_ = 0;
    std::int64_t holds_ = 0;  ///< the order whose vote stands in votes_
};

/// The gate does as the votes say, if anybody may use it at all; true when that was a change.
/// `Gate` is CommitGate or GateState.
template <class Gate>
bool follow(Gate& gate, const PluginSwitch& votes, bool is_gone = false) {
    const bool was = gate.isOpen();
    const bool is = !is_gone && votes.decide().on;
    if (is) {
        gate.open();
    } else {
        gate.shut();
    }
    return was != is;
}

}  // namespace orch

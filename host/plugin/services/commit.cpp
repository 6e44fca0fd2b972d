#include "plugin/services/commit.hpp"

#include <orch/plugin.h>

#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr const char* kOff = "the plugin was switched off or replaced: nothing was changed";

}  // namespace

bool shouldReturn(const Caller& caller) {
    return caller.cancelled.stop_requested() || std::chrono::steady_clock::now() >= caller.deadline;
}

void requireTime(const Caller& caller) {
    if (!shouldReturn(caller)) return;
    throw CallRefused(ORCH_CANCELLED,
                      "the entry was cancelled or has passed its deadline: nothing was changed");
}

void requirePermit(const Caller& caller) {
    if (!caller.gate.permits(caller.permit)) throw CallRefused(ORCH_CANCELLED, kOff);
}

void beginTurn(Turn& turn, const CommitGate& gate, Permit permit) {
    // In this order: once it was given up the gate may be gone.
    if (!turn.begin()) throw CallRefused(ORCH_CANCELLED, "nobody waits for it any more");
    if (!gate.permits(permit)) throw CallRefused(ORCH_CANCELLED, kOff);
}

void awaitTurn(const Caller& caller, Turn& turn, const std::function<bool()>& ready) {
    while (!ready()) {
        if (!shouldReturn(caller)) continue;
        if (turn.giveUp()) {
            throw CallRefused(ORCH_CANCELLED,
                              "the entry should return and the database had not begun with it: "
                              "nothing was changed");
        }
        if (std::chrono::steady_clock::now() < caller.deadline) continue;
        throw CallRefused(ORCH_UNAVAILABLE,
                          "the database did not answer in time and nothing is known: look again");
    }
}

}  // namespace orch

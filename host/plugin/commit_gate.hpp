#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "plugin/gate_state.hpp"

namespace orch {

/// Between one plugin and everything it may change. Off means off: once shut() or revoke() has been
/// called no permit given before lets anything begin; once settle() has answered and what the
/// writer had before is committed, nothing that began before is still to come. Thread-safe.
///
/// At the start of an entry take a permit(). A database commit asks permits() *inside* its closure,
/// on the writer's thread. An effect outside the database (a file, a process) is made in act().
class CommitGate {
public:
    CommitGate() = default;
    CommitGate(const CommitGate&) = delete;
    CommitGate& operator=(const CommitGate&) = delete;

    /// Nothing while the gate is shut: do not enter the plugin.
    [[nodiscard]] std::optional<Permit> permit() const;
    [[nodiscard]] bool permits(Permit permit) const;
    [[nodiscard]] bool isOpen() const;

    /// Runs `effect()` if `permit` holds, and holds up settle() until it has ended; false: it was
    /// not run. Many may run at once. `effect` must not switch this plugin.
    template <class F>
    [[nodiscard]] bool act(Permit permit, F effect) {
        if (!begin(permit)) return false;
        const Ending ending(*this, permit);
        effect();
        return true;
    }

    void open();
    /// Both return at once. shut() of a shut gate changes nothing.
    void shut();
    void revoke();
    /// Waits for the acts begun before the last shut() or revoke(); false when one still runs after
    /// `patience`.
    [[nodiscard]] bool settle(Milliseconds patience);

private:
    class Ending {
    public:
        Ending(CommitGate& gate, Permit permit) : gate_(gate), permit_(permit) {}
        ~Ending() { gate_.end(permit_); }
        Ending(const Ending&) = delete;
        Ending& operator=(const Ending&) = delete;

    private:
        CommitGate& gate_;
        Permit permit_;
    };
    [[nodiscard]] bool begin(Permit permit);
    void end(Permit permit);

    mutable std::mutex mutex_;
    std::condition_variable ended_;
    GateState state_;
};

}  // namespace orch

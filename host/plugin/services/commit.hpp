#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <utility>

#include "plugin/services.hpp"
#include "store/store.hpp"

namespace orch {

/// Whose turn it is with a posted change: the writer begins it, or the caller who waits gives it
/// up, never both. Thread-safe.
class Turn {
public:
    /// False: it was given up.
    [[nodiscard]] bool begin() { return take(State::kBegun); }
    /// False: it has begun.
    [[nodiscard]] bool giveUp() { return take(State::kGivenUp); }

private:
    enum class State { kOpen, kBegun, kGivenUp };
    [[nodiscard]] bool take(State state) {
        auto open = State::kOpen;
        return state_.compare_exchange_strong(open, state);
    }
    std::atomic<State> state_ = State::kOpen;
};

/// True when the entry has been told to return: cancelled, or past its deadline.
[[nodiscard]] bool shouldReturn(const Caller& caller);
/// Throws CallRefused (ORCH_CANCELLED) when it should.
void requireTime(const Caller& caller);
/// Throws CallRefused (ORCH_CANCELLED) unless the caller may still change something.
void requirePermit(const Caller& caller);
/// On the writer: throws CallRefused when the permit does not hold or nobody waits any more.
void beginTurn(Turn& turn, const CommitGate& gate, Permit permit);
/// Waits until `ready` (which waits at most 20 ms) or the entry should return. Throws CallRefused:
/// ORCH_CANCELLED when the change was given up before it began, else ORCH_UNAVAILABLE.
void awaitTurn(const Caller& caller, Turn& turn, const std::function<bool()>& ready);

/// Commits `closure(tx)` if the caller's permit holds there, and returns what it returned. The
/// closure may still be running when this throws, so it owns what it uses. Throws what it threw.
template <class F>
auto commit(const Caller& caller, Store& store, F closure) {
    auto turn = std::make_shared<Turn>();
    auto future = store.post(
        [turn, &gate = caller.gate, permit = caller.permit, closure = std::move(closure)](
            Tx& tx) mutable {
            beginTurn(*turn, gate, permit);
            return closure(tx);
        });
    awaitTurn(caller, *turn, [&future] {
        return future.wait_for(Milliseconds{20}) == std::future_status::ready;
    });
    return future.get();
}

}  // namespace orch

#pragma once

#include <functional>
#include <string>

#include "pipeline/flip_verdict.hpp"
#include "pipeline/unblocker.hpp"

namespace orch {

/// An order to end an attempt by its row: whose, and on what grounds.
struct FlipOrder {
    AttemptKey key;
    FlipCause cause{};
    EndedBy by;  ///< who, why, and the process that his observation was about
    /// Asked in the transaction, on the writer's thread: may he still? It must not block.
    std::function<bool(Tx&)> permit;
};

struct FlipAnswer {
    FlipResult result{};
    std::string why;  ///< a clause for people
};

/// Ends attempts whose end nobody heard of (R1, R3), whoever decided it. It looks again at what the
/// order claims and then makes one guarded transaction, so whoever was first wins. Thread-safe, but
/// not for the writer's thread.
class Flipper {
public:
    /// `told` is called after a transaction that wrote to the outbox.
    Flipper(RunningJobs& running,
            Launcher& launcher,
            Finisher& finisher,
            Unblocker& unblocker,
            const Setup& setup,
            std::function<void()> told);

    /// Throws StoreError: then nothing was changed.
    [[nodiscard]] FlipAnswer flip(const FlipOrder& order);

private:
    [[nodiscard]] bool commit(const FlipOrder& order,
                              const RunningJob& seen,
                              const FlipVerdict& verdict,
                              bool& permitted);
    void keepDamaged(const RunningJob& seen, Evidence& evidence);

    RunningJobs& running_;
    Launcher& launcher_;
    Finisher& finisher_;
    Unblocker& unblocker_;
    const Setup& setup_;
    std::function<void()> told_;
};

}  // namespace orch

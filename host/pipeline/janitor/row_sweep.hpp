#pragma once

#include <cstdint>
#include <functional>

#include "pipeline/janitor/clean_up.hpp"
#include "pipeline/janitor/rounds.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Deletes rows of finished jobs and delivered messages after retention.jobs and
/// retention.messages: a few at a time, and no more while others want to write. One thread at a
/// time; what it is given must outlive it.
class RowSweep {
public:
    RowSweep(Store& store, const Setup& setup, CleanUp& clean_up, JanitorRounds& rounds);

    /// Throws StoreError.
    void sweep();

private:
    /// True when there may be more.
    bool prune(JanitorLedger::Count what,
               Milliseconds keep,
               const std::function<int(Tx&, Instant, int)>& some);
    void tell(std::int64_t jobs, std::int64_t messages);

    Store& store_;
    const Setup& setup_;
    CleanUp& clean_up_;
    JanitorRounds& rounds_;
};

}  // namespace orch

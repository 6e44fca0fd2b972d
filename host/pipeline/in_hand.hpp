#pragma once

#include <mutex>
#include <set>

#include "base/ids.hpp"

namespace orch {

/// The attempts that this orchd is at work on itself: claimed and not yet handed to the launcher,
/// or reserved and being handled. An attempt is in here before its row says running to anybody
/// else, and never comes back once it left: nobody may look at its lock or conclude anything from
/// a missing process meanwhile. Thread-safe.
class InHand {
public:
    void add(AttemptKey key);
    void remove(AttemptKey key);
    [[nodiscard]] bool holds(AttemptKey key) const;

private:
    mutable std::mutex mutex_;
    std::set<AttemptKey> keys_;
};

}  // namespace orch

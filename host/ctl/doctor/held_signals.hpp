#pragma once

#include <csignal>

#include "base/files.hpp"

namespace orch::ctl {

/// While it lives, SIGINT, SIGTERM and SIGHUP wait, so that what was started can be ended and
/// cleared away first; then they do what they always do. For the only thread of a process.
class HeldSignals {
public:
    HeldSignals();
    ~HeldSignals();
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;

    /// Can be read once one of them waits; reading it would take the signal away.
    [[nodiscard]] int descriptor() const { return waiting_.get(); }

private:
    sigset_t before_{};
    UniqueFd waiting_;
};

}  // namespace orch::ctl

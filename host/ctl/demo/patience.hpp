#pragma once

#include <chrono>
#include <string>

#include "base/error.hpp"

namespace orch::ctl {

/// While it lives, SIGINT, SIGTERM, SIGHUP and SIGPIPE make patience end instead of the process, so
/// that what the demo started can be ended first. One at a time.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
};

class Interrupted : public Error {
public:
    Interrupted() : Error("interrupted") {}
};

/// Waits for `what` in small steps; each throws Interrupted after a signal, and Error once `limit`
/// has passed.
class Patience {
public:
    Patience(std::string what, std::chrono::milliseconds limit);
    void step() const;

private:
    std::string what_;
    std::chrono::milliseconds limit_;
    std::chrono::steady_clock::time_point deadline_;
};

}  // namespace orch::ctl

#pragma once

#include <functional>
#include <string>

#include "base/clock.hpp"
#include "base/process.hpp"

namespace orch {

/// What the leases know of where they run; tests make up their own.
struct Machine {
    std::string host, boot_id;
    ProcessIdentity self;               ///< who holds what is taken here
    std::function<Milliseconds()> now;  ///< CLOCK_BOOTTIME
    std::function<Liveness(const ProcessIdentity&)> observe;
};

/// This machine and this process. Throws Error when /proc does not tell who we are.
[[nodiscard]] Machine thisMachine();

}  // namespace orch

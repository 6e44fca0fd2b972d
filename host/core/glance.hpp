#pragma once

#include <optional>
#include <string>

#include "core/attempt.hpp"

namespace orch {

enum class SeenLock { kHeld, kFree, kAbsent, kUnknown };
enum class SeenExit {
    kNone,
    kValid,    ///< of this attempt; final, since it is read only once the lock was not held
    kDamaged,  ///< half-written, empty or altered: it says nothing, least of all 0
    kForeign,  ///< whole, and of another attempt
    kUnknown   ///< it could not be read
};

/// What an attempt's folder tells, without a look at any process. While the lock is held nothing
/// else is read: it says all.
struct Glance {
    SeenLock lock = SeenLock::kUnknown;
    SeenExit exit = SeenExit::kNone;
    std::optional<ExitRecord> record;  ///< with kValid
    std::optional<ProcRecord> proc;
    std::string trouble;  ///< what could not be read, empty: nothing
};

}  // namespace orch

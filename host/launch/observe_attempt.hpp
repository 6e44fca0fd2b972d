#pragma once

#include <optional>

#include "core/attempt.hpp"
#include "launch/attempt_folder.hpp"

namespace orch {

/// Reads the attempt's lock, then what the lock makes final: the exit record only after the lock
/// was seen free, then proc.json and /proc. Throws Error when a file cannot be read.
[[nodiscard]] AttemptObservation observeAttempt(const AttemptFolder& folder);

/// proc.json; nothing while there is none that can be trusted. Throws Error when it cannot be read.
[[nodiscard]] std::optional<ProcRecord> readProc(const AttemptFolder& folder);

}  // namespace orch

#pragma once

#include <filesystem>

#include "base/clock.hpp"
#include "base/files.hpp"

namespace orch {

/// The lock of the one daemon per database: flock on "<file>.lock", which names the holder's pid.
/// Waits up to `wait` for a predecessor that is about to end, then throws StoreError naming it.
/// The lock ends with the descriptor, hence with the process, however that ends.
[[nodiscard]] UniqueFd lockDatabase(const std::filesystem::path& file, Milliseconds wait);

}  // namespace orch

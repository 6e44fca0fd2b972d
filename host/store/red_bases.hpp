#pragma once

#include <vector>

#include "core/red_base.hpp"
#include "store/connection.hpp"

namespace orch {

/// Of every project, by its last twenty checks of the base.
[[nodiscard]] std::vector<RedBase> redBases(Connection& db, Instant now);

}  // namespace orch

#pragma once

#include <vector>

#include "core/follow.hpp"
#include "pipeline/setup.hpp"
#include "store/connection.hpp"

namespace orch {

/// The third step of advance, in one transaction: applies `next` if the task still is what the
/// facts saw (version, active, no live job), else changes nothing and answers false.
[[nodiscard]] bool commitAdvance(Tx& tx,
                                 const Setup& setup,
                                 const Facts& facts,
                                 const std::vector<Verdict>& verdicts,
                                 const Follow& next);

}  // namespace orch

#pragma once

#include <optional>
#include <string>

#include "plugin/services/memory.hpp"

namespace orch {

/// What to do with a notice a plugin sends again and again. A new cause is said at once; the same
/// one again after 24 h and after 72 h while it is repeated, then no more. One that was not
/// repeated for 72 h has ended: it is new when it comes back. `said`: what was said last, if
/// anything. Nothing: say nothing; else what is said then.
[[nodiscard]] std::optional<SaidNotice> nextNotice(const std::optional<SaidNotice>& said,
                                                   const std::string& cause,
                                                   Instant now);

}  // namespace orch

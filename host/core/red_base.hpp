#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/job.hpp"

namespace orch {

/// Did the command of a check say something about what it was run on?
[[nodiscard]] bool judged(const Job& check);

/// A project's base branch fails its own check, without anybody's change.
struct RedBase {
    std::string project;
    std::string base;  ///< the commit that was checked
    JobId job{};       ///< the last check
    std::string reason;
    Instant since{}, checked{};  ///< the ends of the first and the last red check of this commit
};

/// What the last checks of one project's base say, the newest first. A red one is checked anew
/// every half hour as long as somebody waits for it; after an hour it is no news any more.
[[nodiscard]] std::optional<RedBase> redBase(const std::vector<Job>& checks, Instant now);

}  // namespace orch

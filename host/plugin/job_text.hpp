#pragma once

#include <string>
#include <string_view>

#include "core/job.hpp"
#include "pipeline/reserved.hpp"

namespace orch {

// What orch.jobs/1 says: a job and its answer as JSON objects (orch/plugin.h).

[[nodiscard]] std::string jobText(const Job& job);
/// Throws PluginError, saying what is wrong, for anything but an answer. `now`: what `in_ms` counts
/// from.
[[nodiscard]] HandlerAnswer readAnswer(std::string_view text, Instant now);

}  // namespace orch

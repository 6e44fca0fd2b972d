#pragma once

#include "config/config.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// What the engine needs of a configuration, with the prompts' templates read. Throws ConfigError.
[[nodiscard]] Setup setupFrom(const Config& config, const Environment& environment);

}  // namespace orch

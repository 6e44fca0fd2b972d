#pragma once

#include "config/config.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// What the engine needs of a configuration, with the prompts' templates read. Throws ConfigError.
[[nodiscard]] Setup setupFrom(const Config& config,
                              const std::string& config_file,
                              const Environment& environment,
                              const std::filesystem::path& programs,
                              const Mask& mask,
                              unsigned umask);

/// Who is confined by what on this machine: "checks" and each agent, for people.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> confinementInForce(
    const Config& config);

}  // namespace orch

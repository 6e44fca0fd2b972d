#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "plugin/candidate.hpp"

namespace orch {

/// `programs`: the folder of the program orchd.
[[nodiscard]] PluginPlaces pluginPlaces(const Config& config,
                                        const Environment& environment,
                                        const std::filesystem::path& programs);

/// What orchd --check says about the plugins: each library is loaded and let go again.
[[nodiscard]] std::vector<std::string> pluginProblems(const Config& config,
                                                      const Environment& environment,
                                                      const std::filesystem::path& programs);

}  // namespace orch

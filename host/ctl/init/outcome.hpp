#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ctl/config_findings.hpp"
#include "ctl/init/compose.hpp"

namespace orch::ctl {

/// What the command line of `orchctl init` says.
struct InitOptions {
    std::string path;  ///< a folder in the repository; empty: where orchctl was started
    std::string base;  ///< the base branch; empty: found
    bool force = false;
};

/// What was written, and what came of it.
struct Outcome {
    Plan plan;
    std::filesystem::path file;
    std::optional<std::filesystem::path> kept;  ///< the file that was there before
    ConfigFindings findings;
    std::vector<std::string> notes;  ///< what somebody should know who uses it
};

/// Finds out what can be found out, writes orch.yaml at the repository's top, and checks what it
/// wrote as orchd would. Throws Error with a sentence when nothing was written.
[[nodiscard]] Outcome writeConfiguration(const InitOptions& options, const Surroundings& around);

}  // namespace orch::ctl

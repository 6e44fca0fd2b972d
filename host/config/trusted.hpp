#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace orch {

/// Something that orchd loads or runs with its own rights.
struct TrustedFile {
    std::string what;  ///< for people: "plugins.reaper.library", "the folder of git"
    std::filesystem::path path;
    bool of_plugin = false;
};

/// All of them under this configuration. `config_file` as it was named, `programs`: the folder of
/// orchd and orch-shim, `search_path`: as in PATH.
[[nodiscard]] std::vector<TrustedFile> trustedFiles(const Config& config,
                                                    const std::string& config_file,
                                                    const std::filesystem::path& programs,
                                                    const std::string& search_path);

/// What confined programs may read and not change: those files with every link that leads there,
/// the prompts and the projects' repositories. Absolute.
[[nodiscard]] std::vector<std::filesystem::path> guardedPaths(const Config& config,
                                                              const std::string& config_file,
                                                              const std::filesystem::path& programs,
                                                              const std::string& search_path);

/// Who besides root and orchd's user could have written the configuration itself, as "key:
/// sentence" with its cure. Then nothing it names is to be opened or started: what others could
/// have written decides nothing. Asked before it is loaded.
[[nodiscard]] std::optional<std::string> untrustedConfiguration(const std::string& config_file);

/// What somebody besides root and orchd's user can have put in the place of a trusted file.
struct TrustProblem {
    std::string sentence;  ///< "key: sentence", with its cure
    /// It stops nothing but that plugin, which is refused where it is loaded; else a start is.
    bool of_plugin = false;
};

/// trustOf() each of them, the folder that holds the state folder, what stands in that one, and the
/// database with the files beside it. Of prompts and of the programs of checks and deploys, which
/// may be somebody else's: openToEverybody().
[[nodiscard]] std::vector<TrustProblem> trustProblems(const Config& config,
                                                      const std::string& config_file,
                                                      const std::filesystem::path& programs,
                                                      const std::string& search_path);

/// What stops nothing: programs for git that it will not find because they are in a folder agents
/// can write, agents that no confinement keeps from all that is orchd's user's, and agents whose
/// program somebody else can replace.
[[nodiscard]] std::vector<std::string> trustWarnings(const Config& config,
                                                     const std::string& search_path);

}  // namespace orch

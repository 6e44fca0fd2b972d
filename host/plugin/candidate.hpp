#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/plugin.hpp"
#include "core/settings.hpp"
#include "plugin/library.hpp"

namespace orch {

/// What the search for a plugin's library goes by.
struct PluginPlaces {
    std::filesystem::path directory;  ///< of the libraries that come with orchd
    /// The variables orchd was started with.
    std::map<std::string, std::string> environment;
};

/// A plugin that may be made: everything but its own constructor was asked.
struct Candidate {
    PluginDef def;
    std::filesystem::path file;  ///< of its library
    std::unique_ptr<Library> library;
    std::vector<Setting> settings;
    std::set<std::string, std::less<>> grants;
    Milliseconds interval{};
    std::vector<std::string> remarks;  ///< sentences about what will probably not work

    [[nodiscard]] const PluginTable& table() const { return library->table(); }
};

/// Finds, checks and loads the library, reads its table, checks the settings. Throws PluginError
/// with whole sentences, each on a line of its own and with its place in the configuration.
[[nodiscard]] Candidate prepareCandidate(const PluginDef& def,
                                         const PluginPlaces& places,
                                         LibraryLoader& loader,
                                         std::int64_t generation);

/// The folder of the libraries that come with orchd: `configured`, or else what lies beside the
/// program or where it is installed.
[[nodiscard]] std::filesystem::path pluginDirectory(const std::filesystem::path& configured,
                                                    const std::filesystem::path& programs);

}  // namespace orch

#include "daemon/plugins_from_config.hpp"

#include <cstdlib>

#include "base/error.hpp"

namespace orch {

namespace {

/// A folder for copies of libraries, gone with this.
class Scratch {
public:
    Scratch() {
        std::string pattern = std::filesystem::temp_directory_path() / "orchd-check-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) {
            throw Error("cannot make a folder in " +
                        std::filesystem::temp_directory_path().string() +
                        " to look at the plugins in");
        }
        path_ = pattern;
    }
    ~Scratch() {
        std::error_code left_behind;
        std::filesystem::remove_all(path_, left_behind);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

PluginPlaces pluginPlaces(const Config& config,
                          const Environment& environment,
                          const std::filesystem::path& programs) {
    return {.directory = pluginDirectory(config.plugin_directory, programs),
            .environment = environment};
}

std::vector<std::string> pluginProblems(const Config& config,
                                        const Environment& environment,
                                        const std::filesystem::path& programs) {
    const Scratch scratch;
    LibraryLoader loader(scratch.path() / "loaded");
    std::vector<std::string> problems;
    for (const auto& def : config.plugins) {
        if (!def.problem.empty()) continue;  // machineProblems() tells those
        try {
            const auto candidate =
                prepareCandidate(def, pluginPlaces(config, environment, programs), loader, 1);
            problems.insert(problems.end(), candidate.remarks.begin(), candidate.remarks.end());
        } catch (const Error& error) {
            problems.emplace_back(error.what());
        }
    }
    return problems;
}

}  // namespace orch

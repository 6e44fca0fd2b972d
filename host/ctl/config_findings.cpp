#include "ctl/config_findings.hpp"

#include <sstream>

#include "base/error.hpp"
#include "config/config.hpp"
#include "config/trusted.hpp"

namespace orch::ctl {

namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}  // namespace

std::string configurationHere(const Surroundings& around) {
    std::error_code error;
    for (const auto* file : {"orch.yaml", "config/orch.yaml"}) {
        if (std::filesystem::exists(around.folder / file, error)) return file;
    }
    return {};
}

std::string searchPathOf(const Surroundings& around) {
    return around.variable("PATH").value_or("/usr/bin:/bin");
}

ConfigFindings checkConfig(const std::string& file, const Surroundings& around) {
    if (const auto problem = untrustedConfiguration((around.folder / file).string())) {
        return {{file + ": " + *problem}, {}, {}};
    }
    try {
        const auto config = loadConfig(file, around.environment);
        ConfigFindings findings{machineProblems(config, searchPathOf(around)),
                                config.warnings,
                                file + ": good: " + std::to_string(config.pipeline.stages.size()) +
                                    " stages, " + std::to_string(config.projects.size()) +
                                    " projects"};
        for (auto& error : findings.errors) error.insert(0, file + ": ");
        return findings;
    } catch (const ConfigError& error) {
        return {linesOf(error.what()), {}, {}};
    }
}

}  // namespace orch::ctl

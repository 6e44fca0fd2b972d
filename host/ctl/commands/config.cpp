#include "config/config.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "ctl/commands/arguments.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct CheckOptions {
    std::string file = "config/orch.yaml";
};
struct ShowOptions {};

/// In the words of `orchd --check`.
struct Findings {
    std::vector<std::string> errors, warnings;
    std::string praise;  ///< what is said when there are no errors
};

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

Findings check(const std::string& file, const Surroundings& around) {
    try {
        const auto config = loadConfig(file, around.environment);
        const auto path = around.variable("PATH").value_or("/usr/bin:/bin");
        Findings findings{environmentProblems(config, path),
                          config.warnings,
                          file + ": good: " + std::to_string(config.pipeline.stages.size()) +
                              " stages, " + std::to_string(config.projects.size()) + " projects"};
        for (auto& error : findings.errors) error.insert(0, file + ": ");
        return findings;
    } catch (const ConfigError& error) {
        return {linesOf(error.what()), {}, {}};
    }
}

ExitCode checkFile(Context& context, const CheckOptions& options) {
    const auto findings = check(options.file, context.surroundings);
    const auto code = findings.errors.empty() ? ExitCode::kDone : ExitCode::kRefused;
    for (const auto& error : findings.errors) context.err << harmless(error) << '\n';
    if (context.json) {
        context.print({{"ok", findings.errors.empty()},
                       {"file", options.file},
                       {"errors", findings.errors},
                       {"warnings", findings.warnings}});
        return code;
    }
    for (const auto& warning : findings.warnings)
        context.err << "warning: " << harmless(warning) << '\n';
    if (findings.errors.empty()) context.out << harmless(findings.praise) << '\n';
    return code;
}

ExitCode show(Context& context, const ShowOptions&) {
    const auto config = context.orchd().get("/api/v1/config");
    if (context.json) {
        context.print(config);
    } else {
        context.out << harmless(textOr(config, "yaml"));
    }
    return ExitCode::kDone;
}

}  // namespace

void addConfig(CLI::App& app, Action& chosen) {
    auto* config = app.add_subcommand("config", "Check a configuration, or show what is in force");
    config->require_subcommand(1);
    config->footer(
        "Examples:\n  orchctl config check                 config/orch.yaml in this folder\n"
        "  orchctl config check /etc/orch.yaml\n  orchctl config show");
    auto* check = config->add_subcommand(
        "check", "Say everything that is wrong with a file; asks no orchd and changes nothing");
    auto options = std::make_shared<CheckOptions>();
    check->add_option("file", options->file, "The file (default: config/orch.yaml)")->type_name("");
    choose(*check, chosen, options, &checkFile);
    auto* shown = config->add_subcommand("show", "What the running orchd works with, as YAML");
    choose(*shown, chosen, std::make_shared<ShowOptions>(), &show);
}

}  // namespace orch::ctl

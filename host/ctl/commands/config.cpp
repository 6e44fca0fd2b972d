#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/config_findings.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct CheckOptions {
    std::string file;
};
struct ShowOptions {};

ConfigFindings findingsOn(const std::string& file, const Surroundings& around) {
    if (!file.empty()) return checkConfig(file, around);
    return {{std::string{kNoConfigurationHere} + ": " + kHowToGetOne}, {}, {}};
}

ExitCode checkFile(Context& context, const CheckOptions& options) {
    const auto& around = context.surroundings;
    const auto here = options.file.empty() ? configurationHere(around) : "";
    const auto file = here.empty() ? options.file : (around.folder / here).string();
    const auto findings = findingsOn(file, around);
    const auto code = findings.errors.empty() ? ExitCode::kDone : ExitCode::kRefused;
    for (const auto& error : findings.errors) context.err << harmless(error) << '\n';
    if (context.json) {
        context.print({{"ok", findings.errors.empty()},
                       {"file", file},
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
        "Examples:\n  orchctl config check                 orch.yaml or config/orch.yaml here\n"
        "  orchctl config check --config /etc/orch.yaml\n  orchctl config show");
    auto* check = config->add_subcommand(
        "check", "Say everything that is wrong with a file; asks no orchd and changes nothing");
    auto options = std::make_shared<CheckOptions>();
    check
        ->add_option("--config,file",
                     options->file,
                     "The configuration (default: orch.yaml or config/orch.yaml here)")
        ->type_name("FILE");
    choose(*check, chosen, options, &checkFile);
    auto* shown = config->add_subcommand("show", "What the running orchd works with, as YAML");
    choose(*shown, chosen, std::make_shared<ShowOptions>(), &show);
}

}  // namespace orch::ctl

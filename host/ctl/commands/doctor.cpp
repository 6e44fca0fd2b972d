#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "base/error.hpp"
#include "config/trusted.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/config_findings.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct DoctorOptions {
    std::string config;
    bool run_checks = false;
    bool attack = false;
};

void makeAbsolute(Config& config, const fs::path& folder) {
    config.state_dir = (folder / config.state_dir).lexically_normal();
    if (!config.prompts.empty()) config.prompts = folder / config.prompts;
    for (auto& project : config.projects) {
        project.path = (folder / project.path).lexically_normal();
    }
}

void lookAtAll(const SetUp& set_up, Findings& findings) {
    for (const auto& warning : set_up.config.warnings) {
        findings.push_back({"configuration", Health::kWarn, warning, "change " + set_up.file});
    }
    for (const auto look : {lookAtEnvironment,
                            lookAtTrust,
                            lookAtRepositories,
                            lookAtBase,
                            lookAtAgents,
                            lookAtStateFolder,
                            lookAtServer}) {
        look(set_up, findings);
    }
}

void refuseConfiguration(const ConfigError& refusal, const fs::path& file, Findings& findings) {
    std::error_code error;
    const bool readable = access(file.c_str(), R_OK) == 0 && !fs::is_directory(file, error);
    std::istringstream lines{refusal.what()};
    for (std::string line; std::getline(lines, line);) {
        const auto* const fix = !readable ? "name a file that can be read with --config"
                                : line.starts_with("environment ")
                                    ? "correct that variable, or unset it"
                                    : "correct that line";
        findings.push_back({"configuration", Health::kFail, line, fix});
    }
}

SetUp loadSetUp(const std::string& file, const DoctorOptions& options, Context& context) {
    const auto& around = context.surroundings;
    SetUp set_up{loadConfig(around.folder / file, around.environment),
                 file,
                 around,
                 options.run_checks,
                 [&err = context.err](const std::string& text) {
                     err << "orchctl: " << harmlessLine(text) << std::endl;
                 }};
    makeAbsolute(set_up.config, around.folder);
    return set_up;
}

Findings examine(const std::string& file, const DoctorOptions& options, Context& context) {
    Findings findings;
    lookAtMachine(findings);
    if (file.empty()) {
        findings.push_back({"configuration", Health::kFail, kNoConfigurationHere, kHowToGetOne});
        return findings;
    }
    const auto path = (context.surroundings.folder / file).string();
    if (const auto problem = untrustedConfiguration(path)) {
        findings.push_back(
            {"trust",
             Health::kFail,
             *problem + " (so nothing that it names is opened or started)",
             "name one of your own with --config, or put that right and look again"});
        return findings;
    }
    try {
        const auto set_up = loadSetUp(file, options, context);
        findings.push_back({"configuration",
                            Health::kOk,
                            file + ": " + std::to_string(set_up.config.pipeline.stages.size()) +
                                " stages, " + std::to_string(set_up.config.projects.size()) +
                                " projects",
                            {}});
        if (options.attack) {
            lookAtAttack(set_up, findings);
        } else {
            lookAtAll(set_up, findings);
        }
    } catch (const ConfigError& refusal) {
        refuseConfiguration(refusal, context.surroundings.folder / file, findings);
    }
    return findings;
}

Tint tintOf(Health health) {
    if (health == Health::kOk) return Tint::kGreen;
    return health == Health::kWarn ? Tint::kYellow : Tint::kRed;
}

void tell(const Context& context, const Findings& findings) {
    for (const auto& finding : findings) {
        const auto state = nameOf(finding.health);
        context.out << context.terminal.paint(tintOf(finding.health), state)
                    << std::string(6 - state.size(), ' ') << harmlessLine(finding.check) << ": "
                    << harmlessLine(finding.what) << '\n';
        if (!finding.fix.empty()) {
            context.out << "      → " << harmlessLine(finding.fix) << '\n';
        }
    }
}

json asJson(const std::string& file, const Findings& findings, bool ok) {
    auto checks = json::array();
    for (const auto& finding : findings) {
        checks.push_back({{"check", finding.check},
                          {"state", nameOf(finding.health)},
                          {"what", finding.what},
                          {"fix", finding.fix}});
    }
    return {{"ok", ok}, {"config", file}, {"checks", std::move(checks)}};
}

ExitCode doctor(Context& context, const DoctorOptions& options) {
    const auto file =
        options.config.empty() ? configurationHere(context.surroundings) : options.config;
    const auto findings = examine(file, options, context);
    const bool ok = std::ranges::none_of(
        findings, [](const Finding& finding) { return finding.health == Health::kFail; });
    if (context.json) {
        context.print(asJson(file, findings, ok));
    } else {
        tell(context, findings);
    }
    return ok ? ExitCode::kDone : ExitCode::kRefused;
}

}  // namespace

void addDoctor(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand(
        "doctor", "Look whether orchd can work here: a line a check, what is wrong with its fix");
    command->footer(
        "Changes nothing, and works whether orchd runs or not. Exit code 0: nothing fails; 1:\n"
        "something does. With --attack a program is started as each agent would be, and tries what "
        "a\n"
        "hostile one would: files of orchd and of other tasks, repositories, processes, the "
        "kernel.\n"
        "What it tries changes nothing where it works; its folders in the state folder are "
        "removed.\n\n"
        "Examples:\n  orchctl doctor                   with orch.yaml or config/orch.yaml here\n"
        "  orchctl doctor --run-checks      runs the check on the base branch as well\n"
        "  orchctl doctor --attack          what could a hostile agent do here?");
    auto options = std::make_shared<DoctorOptions>();
    command
        ->add_option("--config",
                     options->config,
                     "The configuration (default: orch.yaml or config/orch.yaml here)")
        ->type_name("FILE");
    command->add_flag("--run-checks",
                      options->run_checks,
                      "Run the check commands in a temporary checkout of the base branch");
    command->add_flag(
        "--attack", options->attack, "Play a hostile agent instead, and tell what it could do");
    choose(*command, chosen, options, &doctor);
}

}  // namespace orch::ctl

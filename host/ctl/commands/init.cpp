#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/init/outcome.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

std::vector<std::string> nextCommands(const Outcome& outcome, const Surroundings& around) {
    const auto folder = outcome.file.parent_path();
    const auto file = shellWord(around.folder == folder ? "orch.yaml" : outcome.file.string());
    // orchctl finds orchd by the configuration in its folder or one above.
    const auto inside = (around.folder / "").string().starts_with((folder / "").string());
    const auto there = inside ? "" : "cd " + shellWord(folder.string()) + " && ";
    return {"orchctl doctor --config " + file,
            "orchd --config " + file,
            there + "orchctl task add --project " + outcome.plan.project + " \"TITLE\""};
}

std::vector<std::string> programsOf(const Plan& plan) {
    std::vector<std::string> programs;
    for (const auto& agent : plan.agents) programs.push_back(agent.program);
    return programs;
}

json asJson(const Outcome& outcome, const std::vector<std::string>& next) {
    const auto& plan = outcome.plan;
    return {{"ok", outcome.findings.errors.empty()},
            {"file", outcome.file.string()},
            {"kept", outcome.kept ? json(outcome.kept->string()) : json()},
            {"repository", plan.repository.folder.string()},
            {"project", plan.project},
            {"base", plan.repository.base},
            {"base_from", plan.repository.base_from},
            {"check", plan.check ? json(plan.check->command) : json()},
            {"check_from", plan.check ? json(plan.check->from) : json()},
            {"agents", programsOf(plan)},
            {"state_dir", plan.state_dir.string()},
            {"listen", plan.listen},
            {"errors", outcome.findings.errors},
            {"warnings", outcome.findings.warnings},
            {"notes", outcome.notes},
            {"next", next}};
}

std::string agentsLine(const Plan& plan) {
    const auto programs = programsOf(plan);
    if (programs.empty()) return "none found in PATH: install one, or name a program of your own";
    const std::vector<std::string> others{programs.begin() + 1, programs.end()};
    return programs.front() +
           (others.empty() ? "" : " (also here, commented out: " + join(others, ", ") + ")");
}

void tell(const Context& context, const Outcome& outcome, const std::vector<std::string>& next) {
    auto& out = context.out;
    const auto& plan = outcome.plan;
    const auto line = [&](const char* what, const std::string& text) {
        out << "  " << what << harmlessLine(text) << '\n';
    };
    out << "wrote " << harmlessLine(outcome.file.string()) << '\n';
    if (outcome.kept) line("before   ", "kept as " + outcome.kept->string());
    line("base     ", plan.repository.base + " (" + plan.repository.base_from + ")");
    line("check    ",
         plan.check ? join(plan.check->command, " ") + " (" + plan.check->from + ")" : "none");
    line("agents   ", agentsLine(plan));
    line("state    ", plan.state_dir.string());
    for (const auto& note : outcome.notes) {
        out << context.terminal.paint(Tint::kYellow, "note: ") << harmlessLine(note) << '\n';
    }
    for (const auto& warning : outcome.findings.warnings) {
        out << "warning: " << harmless(warning) << '\n';
    }
    for (const auto& error : outcome.findings.errors) context.err << harmless(error) << '\n';
    if (outcome.findings.errors.empty()) out << harmless(outcome.findings.praise) << '\n';
    out << "\nNext:\n";
    for (const auto& command : next) out << "  " << harmlessLine(command) << '\n';
}

ExitCode init(Context& context, const InitOptions& options) {
    const auto outcome = writeConfiguration(options, context.surroundings);
    const auto next = nextCommands(outcome, context.surroundings);
    if (context.json) {
        context.print(asJson(outcome, next));
    } else {
        tell(context, outcome, next);
    }
    return outcome.findings.errors.empty() ? ExitCode::kDone : ExitCode::kRefused;
}

}  // namespace

void addInit(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand("init", "Write orch.yaml for the repository you stand in");
    command->footer(
        "Finds the base branch, the command that tests the project, and coding agents in the "
        "PATH,\n"
        "and writes what it found, with comments, to orch.yaml at the repository's top. Changes\n"
        "nothing else, and nothing in git.\n\n"
        "Examples:\n  orchctl init\n  orchctl init --path ../greeter --base develop");
    auto options = std::make_shared<InitOptions>();
    command->add_option("--path", options->path, "A folder in the repository (default: this one)")
        ->type_name("DIR");
    command->add_option("--base", options->base, "The branch that changes go to")
        ->type_name("BRANCH");
    command->add_flag(
        "--force", options->force, "Write although there is an orch.yaml; it is kept beside");
    choose(*command, chosen, options, &init);
}

}  // namespace orch::ctl

#include "ctl/cli.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/commands/commands.hpp"

namespace orch::ctl {

namespace {

constexpr const char* kFooter =
    R"(Examples:
  orchctl init                                        a configuration for the repository you stand in
  orchctl doctor                                      what this machine lacks, with what helps
  orchctl status                                      what runs, what waits, who is needed
  orchctl task add --project greeter "Greet in French too"
  orchctl explain T-3                                 why it stands where it stands, what helps
  orchctl job log 7 --follow                          what the agent says while it works
  orchctl plugin list                                 which behaviours run, which are off and by whom
  orchctl demo                                        one change from idea to main, in a minute

Finding orchd: through the socket in its state folder: --state-dir, else ORCH_STATE_DIR, else the
state_dir of orch.yaml or config/orch.yaml in this folder or one above it, else ./var. --url and
--token-file (ORCH_URL, ORCH_TOKEN_FILE) are for other machines: orchd has to prove that it knows the
token, which itself is never sent.

Exit codes: 0 done, 1 refused or failed (a sentence on stderr), 2 usage, 3 cannot reach orchd,
4 waits for a human, 5 held (paused, or switched off elsewhere).)";

void addGlobalOptions(CLI::App& app, Context& context) {
    app.add_flag("--json", context.json, "One JSON document on stdout, for scripts");
    app.add_option("--state-dir",
                   context.endpoint_options.state_dir,
                   "orchd's state folder, whose socket orchctl speaks through")
        ->type_name("DIR");
    app.add_option("--url", context.endpoint_options.url, "orchd's address, instead of its socket")
        ->type_name("URL");
    app.add_option("--token-file",
                   context.endpoint_options.token_file,
                   "File with orchd's token (default: token in its state folder)")
        ->type_name("FILE");
    app.add_option("--by", context.by, "In whose name an order is given (default: you)")
        ->type_name("NAME");
}

void build(CLI::App& app, Context& context, Action& chosen) {
    app.fallthrough();
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string{"orchctl " ORCH_VERSION});
    app.footer(kFooter);
    addGlobalOptions(app, context);
    addInit(app, chosen);
    addDoctor(app, chosen);
    addStatus(app, chosen);
    addTask(app, chosen);
    addJob(app, chosen);
    addQueue(app, chosen);
    addBackup(app, chosen);
    addExplain(app, chosen);
    addProject(app, chosen);
    addPlugin(app, chosen);
    addWhy(app, chosen);
    addJournal(app, chosen);
    addConfig(app, chosen);
    addDemo(app, chosen);
}

ExitCode fail(Context& context, ExitCode code, const std::string& sentence) {
    context.err << "orchctl: " << harmless(sentence) << '\n';
    if (context.json) {
        context.print({{"ok", false}, {"error", sentence}, {"exit_code", static_cast<int>(code)}});
    }
    return code;
}

/// Throws nothing: every failure is a sentence and a code.
ExitCode perform(const Action& action, Context& context) {
    try {
        return action(context);
    } catch (const UsageError& error) {
        return fail(context, ExitCode::kUsage, error.what());
    } catch (const Unreachable& error) {
        return fail(context, ExitCode::kUnreachable, error.what());
    } catch (const Error& error) {
        return fail(context, ExitCode::kRefused, error.what());
    } catch (const std::exception& error) {
        return fail(context, ExitCode::kRefused, std::string{"unexpected: "} + error.what());
    }
}

/// CLI11 only says that a command is missing; this names the word that is none.
std::string usageSentence(const CLI::App& app, const CLI::ParseError& error) {
    const auto* required = dynamic_cast<const CLI::RequiredError*>(&error);
    const auto words = app.remaining();
    if (required == nullptr || words.empty() || !app.get_subcommands().empty()) {
        return error.what();
    }
    std::vector<std::string> names;
    for (const auto* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
    const auto near = nearest(words.front(), names);
    return "there is no command " + words.front() + (near ? ", did you mean " + *near + "?" : "");
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments, Context& context) {
    CLI::App app{"orchctl tells orchd what to do and tells you what it does.", "orchctl"};
    Action chosen;
    build(app, context, chosen);
    if (arguments.empty()) {
        context.err << app.help();
        return ExitCode::kUsage;
    }
    try {
        std::vector<std::string> reversed{arguments.rbegin(), arguments.rend()};
        app.parse(reversed);
    } catch (const CLI::Success& help) {
        app.exit(help, context.out, context.err);
        return ExitCode::kDone;
    } catch (const CLI::ParseError& error) {
        context.json = std::count(arguments.begin(), arguments.end(), "--json") > 0;
        return fail(context, ExitCode::kUsage, usageSentence(app, error) + " (--help shows how)");
    }
    return perform(chosen, context);
}

}  // namespace orch::ctl

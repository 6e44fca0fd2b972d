#include "ctl/demo/demo.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/error.hpp"
#include "ctl/commands/arguments.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string folder = "var/demo";
    std::string orchd;
    bool keep = false;
};

/// orchd lies beside orchctl, wherever that was installed.
fs::path besideUs(const char* program) {
    std::error_code error;
    const auto self = fs::read_symlink("/proc/self/exe", error);
    const auto path = self.parent_path() / program;
    if (error || !fs::exists(path)) {
        throw Error("there is no " + path.string() + ": build orchd, or name it with --orchd");
    }
    return path;
}

/// The keys and their order are FACE's promise.
void printResult(const Context& context, const DemoResult& result) {
    const nlohmann::ordered_json document{{"ok", true},
                                          {"task", result.task},
                                          {"repository", result.repository},
                                          {"merge_commit", result.merge_commit},
                                          {"stages", result.stages},
                                          {"rework", result.rework},
                                          {"adopted", result.adopted},
                                          {"double_runs", result.double_runs},
                                          {"seconds", result.seconds}};
    context.out << document.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace)
                << '\n';
}

ExitCode demo(Context& context, const Options& options) {
    const auto& here = context.surroundings.folder;
    auto folder = (here / options.folder).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    const DemoOptions demo{folder,
                           options.folder,
                           options.orchd.empty() ? besideUs("orchd") : here / options.orchd,
                           options.keep};
    // With --json the story goes where people look and scripts do not.
    auto& story = context.json ? context.err : context.out;
    const auto result = runDemo(demo, story, context.json ? Terminal{} : context.terminal);
    if (context.json) printResult(context, result);
    return ExitCode::kDone;
}

}  // namespace

void addDemo(CLI::App& app, Action& chosen) {
    auto* command =
        app.add_subcommand("demo", "Show one change from idea to main, with a crash in the middle");
    auto options = std::make_shared<Options>();
    command->add_option("--dir", options->folder, "Where it works (default: var/demo)")
        ->type_name("FOLDER");
    command->add_option("--orchd", options->orchd, "The daemon to show (default: beside orchctl)")
        ->type_name("PROGRAM");
    command->add_flag("--keep", options->keep, "Leave its orchd running, for looking around");
    command->footer(
        R"(It makes a git repository with a small C program, starts an orchd of its own on a free port, and
lets stand-ins for coding agents work on "Greet in French too". On the way it kills an agent and
orchd itself, and at the end it proves what it claims: against git, the API and the agents' own
notes. It exits 0 only when all of it is true. The folder stays; a new demo empties it.

Example:
  orchctl demo --json --dir /tmp/orch-demo)");
    choose(*command, chosen, options, &demo);
}

}  // namespace orch::ctl

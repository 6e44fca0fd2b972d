#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct ListOptions {};
struct RetryOptions {
    std::string name;
};

void show(Context& context, const json& answer) {
    if (context.json) return context.print(answer);
    Table table{{"PROJECT", "STATE", "WHY"}, "WHY"};
    for (const auto& project : listOf(answer, "projects")) {
        table.add({textOf(project, "name"), textOf(project, "state"), textOr(project, "sentence")});
    }
    table.print(context.out, context.terminal);
}

ExitCode list(Context& context, const ListOptions& /*options*/) {
    show(context, context.orchd().get("/api/v1/projects"));
    return ExitCode::kDone;
}

ExitCode retry(Context& context, const RetryOptions& options) {
    const auto path = "/api/v1/projects/" + urlPart(options.name) + "/retry";
    show(context, context.orchd().post(path, json::object()));
    return ExitCode::kDone;
}

}  // namespace

void addProject(CLI::App& app, Action& chosen) {
    auto* project = app.add_subcommand("project", "Which repositories are open, which are held");
    project->require_subcommand(1);
    project->footer(
        "Examples:\n  orchctl project list\n"
        "  orchctl project retry greeter   looks again now, after its repository was mended");
    auto* all = project->add_subcommand("list", "Every project, and why it is held");
    choose(*all, chosen, std::make_shared<ListOptions>(), &list);
    auto* again = project->add_subcommand("retry", "Look at a held project's repository now");
    const auto options = std::make_shared<RetryOptions>();
    again->add_option("name", options->name, "The project")->required();
    choose(*again, chosen, options, &retry);
}

}  // namespace orch::ctl

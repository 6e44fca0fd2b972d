#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/commands/task_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct AddOptions {
    std::string project, title, description, description_file, key;
};
struct ListOptions {
    std::string project, stage, state;
};
struct ShowOptions {
    std::string task, artefact;
};

std::string descriptionOf(const Context& context, const AddOptions& options) {
    if (options.description_file.empty()) return options.description;
    const auto file = context.surroundings.folder / options.description_file;
    const auto text = readFile(file, 1U << 20U);
    if (!text) throw Error("cannot read the description from " + file.string() + ": no such file");
    return *text;
}

ExitCode add(Context& context, const AddOptions& options) {
    const json body{{"project", options.project},
                    {"title", options.title},
                    {"description", descriptionOf(context, options)},
                    {"by", context.actor()}};
    Headers headers;
    if (!options.key.empty()) headers.emplace_back("Idempotency-Key", options.key);
    const auto task = context.orchd().post("/api/v1/tasks", body, headers);
    if (context.json) {
        context.print(task);
    } else {
        context.out << harmlessLine(textOf(task, "id")) << '\n';
    }
    return ExitCode::kDone;
}

ExitCode list(Context& context, const ListOptions& options) {
    const auto answer = context.orchd().get(
        "/api/v1/tasks" +
        query({{"project", options.project}, {"stage", options.stage}, {"state", options.state}}));
    if (context.json) {
        context.print(answer);
    } else {
        printTasks(context, listOf(answer, "tasks"));
    }
    return ExitCode::kDone;
}

/// Text that agents wrote, whole, so that no character is cut in two.
ExitCode printText(Context& context, const std::string& path) {
    auto text = context.orchd().text(path);
    if (context.json) {
        context.print({{"text", text}});
        return ExitCode::kDone;
    }
    text = harmless(text);
    context.out << text << (text.ends_with('\n') ? "" : "\n");
    return ExitCode::kDone;
}

ExitCode diff(Context& context, const ShowOptions& options) {
    return printText(context, "/api/v1/tasks/" + options.task + "/diff");
}

ExitCode show(Context& context, const ShowOptions& options) {
    if (!options.artefact.empty()) {
        return printText(
            context, "/api/v1/tasks/" + options.task + "/artefacts/" + urlPart(options.artefact));
    }
    const auto task = context.orchd().get("/api/v1/tasks/" + options.task);
    if (context.json) {
        context.print(task);
    } else {
        printTask(context, task);
    }
    return ExitCode::kDone;
}

void addAdd(CLI::App& task, Action& chosen) {
    auto* command = task.add_subcommand("add", "Give orchd a new work item; prints its name");
    auto options = std::make_shared<AddOptions>();
    command->add_option("--project", options->project, "The project it belongs to, as in orch.yaml")
        ->required()
        ->type_name("NAME");
    command->add_option("title", options->title, "What is wanted, in a line")
        ->required()
        ->type_name("");
    auto* text =
        command->add_option("--description", options->description, "What is wanted, at length");
    text->type_name("TEXT");
    command->add_option("--description-file", options->description_file, "The same from a file")
        ->excludes(text)
        ->type_name("FILE");
    command
        ->add_option("--key", options->key, "Repeating the call with the same key adds nothing new")
        ->type_name("KEY");
    command->footer(
        "Example:\n  orchctl task add --project greeter \"Greet in French too\"   →  T-3");
    choose(*command, chosen, options, &add);
}

void addList(CLI::App& task, Action& chosen) {
    auto* command = task.add_subcommand("list", "The tasks, with their stage and state");
    auto options = std::make_shared<ListOptions>();
    command->add_option("--project", options->project, "Only this project's")->type_name("NAME");
    command->add_option("--stage", options->stage, "Only those in this stage")->type_name("NAME");
    command->add_option("--state", options->state, "Only those in this state")
        ->check(CLI::IsMember({"active", "paused", "parked", "done", "cancelled"}));
    command->footer("Example:\n  orchctl task list --state parked");
    choose(*command, chosen, options, &list);
}

void addShow(CLI::App& task, Action& chosen) {
    auto* command = task.add_subcommand("show", "Everything about one task, with its jobs");
    auto options = std::make_shared<ShowOptions>();
    addTaskId(*command, options->task);
    command->add_option("--artefact", options->artefact, "This artefact instead, as it was judged")
        ->type_name("NAME");
    command->footer("Example:\n  orchctl task show T-3 --artefact 01-analysis.md");
    choose(*command, chosen, options, &show);
}

void addDiff(CLI::App& task, Action& chosen) {
    auto* command = task.add_subcommand("diff", "What its commits change on the base branch");
    auto options = std::make_shared<ShowOptions>();
    addTaskId(*command, options->task);
    command->footer("Example:\n  orchctl task diff T-3 | less");
    choose(*command, chosen, options, &diff);
}

}  // namespace

void addTask(CLI::App& app, Action& chosen) {
    auto* task = app.add_subcommand("task", "Work items: add, look, decide");
    task->require_subcommand(1);
    task->footer(R"(Examples:
  orchctl task add --project greeter "Greet in French too"
  orchctl task list --state parked
  orchctl task show T-3 --artefact 01-analysis.md
  orchctl task approve T-3                       the analysis is good: go on
  orchctl task rework T-3 "test the empty name"  back to development, with this to mend
  orchctl task override T-3 --because "flaky"    let the red gate count as green, once)");
    addAdd(*task, chosen);
    addList(*task, chosen);
    addShow(*task, chosen);
    addDiff(*task, chosen);
    addTaskVerbs(*task, chosen);
}

}  // namespace orch::ctl

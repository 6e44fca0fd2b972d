#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/commands/task_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

namespace {

enum class Comment { kOptional, kRequired, kBecause };

struct Verb {
    const char* name;
    const char* help;
    const char* done;  ///< what is said afterwards
    Comment comment;
    const char* example;
};

constexpr Verb kVerbs[] = {
    {"approve",
     "Say yes at a human gate, to exactly what lies there now",
     "approved",
     Comment::kOptional,
     "orchctl task approve T-3 --by alice"},
    {"reject",
     "Say no at a human gate, and what to mend",
     "rejected",
     Comment::kRequired,
     "orchctl task reject T-3 \"the second risk is not handled\""},
    {"rework",
     "Send it back a stage with what to mend; fresh budgets",
     "sent back",
     Comment::kRequired,
     "orchctl task rework T-3 \"test the empty name\""},
    {"override",
     "Let its red gate count as green, for this very head",
     "overruled",
     Comment::kBecause,
     "orchctl task override T-3 --because \"the check is flaky today\""},
    {"pause",
     "Start nothing more for it; what runs goes on",
     "paused",
     Comment::kOptional,
     "orchctl task pause T-3 \"until the release is out\""},
    {"resume",
     "Go on with a paused task",
     "goes on",
     Comment::kOptional,
     "orchctl task resume T-3"},
    {"retry",
     "Run its stage's work again, with fresh budgets",
     "tried again",
     Comment::kOptional,
     "orchctl task retry T-3"},
    {"cancel",
     "Stop it for good; its branch stays",
     "cancelled",
     Comment::kOptional,
     "orchctl task cancel T-3 \"done by hand\""},
};

struct VerbOptions {
    const Verb* verb{};
    std::string task, comment;
};

ExitCode order(Context& context, const VerbOptions& options) {
    const auto path = "/api/v1/tasks/" + options.task + "/" + options.verb->name;
    const auto task =
        context.orchd().post(path, {{"by", context.actor()}, {"comment", options.comment}});
    if (context.json) {
        context.print(task);
        return ExitCode::kDone;
    }
    context.out << options.task << " " << options.verb->done << " · now "
                << harmlessLine(textOf(task, "state")) << " in "
                << harmlessLine(textOf(task, "stage")) << '\n';
    return ExitCode::kDone;
}

void addComment(CLI::App& command, const Verb& verb, std::string& comment) {
    if (verb.comment == Comment::kBecause) {
        command.add_option("--because", comment, "Why")->required()->type_name("TEXT");
        return;
    }
    auto* option = command.add_option("text", comment, "What to say with it");
    option->type_name("")->required(verb.comment == Comment::kRequired);
}

}  // namespace

void addTaskVerbs(CLI::App& task, Action& chosen) {
    for (const auto& verb : kVerbs) {
        auto* command = task.add_subcommand(verb.name, verb.help);
        auto options = std::make_shared<VerbOptions>();
        options->verb = &verb;
        addTaskId(*command, options->task);
        addComment(*command, verb, options->comment);
        command->footer(std::string{"Example:\n  "} + verb.example);
        choose(*command, chosen, options, &order);
    }
}

}  // namespace orch::ctl

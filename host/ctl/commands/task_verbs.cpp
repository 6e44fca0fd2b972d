#include <CLI/CLI.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/error.hpp"
#include "core/diff_text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/commands/task_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

enum class Comment { kOptional, kRequired, kBecause };

struct Verb {
    const char* name;
    const char* help;
    const char* done;  ///< what is said afterwards
    Comment comment;
    const char* example;
    bool answers = false;  ///< to a verdict: it says what was shown
};

constexpr Verb kVerbs[] = {
    {"approve",
     "Say yes at a human gate, to exactly what lies there now",
     "approved",
     Comment::kOptional,
     "orchctl task approve T-3 --by alice",
     true},
    {"reject",
     "Say no at a human gate, and what to mend",
     "rejected",
     Comment::kRequired,
     "orchctl task reject T-3 \"the second risk is not handled\"",
     true},
    {"rework",
     "Send it back a stage with what to mend; fresh budgets",
     "sent back",
     Comment::kRequired,
     "orchctl task rework T-3 \"test the empty name\""},
    {"override",
     "Let its red gate count as green, for this very head",
     "overruled",
     Comment::kBecause,
     "orchctl task override T-3 --because \"the check is flaky today\"",
     true},
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
    std::string task, comment, shown;
};

/// "3 files changed" of a diff, as far as it goes: a line of a file never begins like this.
std::string filesIn(const std::string& diff) {
    int files = 0;
    for (auto at = diff.find("\ndiff --"); at != std::string::npos;
         at = diff.find("\ndiff --", at + 1)) {
        ++files;
    }
    const auto counted = std::to_string(files) + (files == 1 ? " file" : " files") + " changed";
    return diff.ends_with(kDiffCut) ? "at least " + counted : counted;
}

void printAnswered(Context& context, const VerbOptions& options, const json& answer) {
    const auto shown = textOf(answer, "shown");
    context.out << options.verb->name << " " << harmlessLine(textOf(answer, "what")) << " "
                << harmlessLine(shown) << "\n  gate " << harmlessLine(textOf(answer, "gate"))
                << ": " << harmlessLine(textOf(answer, "reason")) << '\n';
    if (textOr(answer, "what") != "the head") {
        context.out << "  see it: orchctl task show " << options.task << " --artefact "
                    << harmlessLine(textOf(answer, "what")) << '\n';
        return;
    }
    try {
        const auto diff = context.orchd().text("/api/v1/tasks/" + options.task + "/diff");
        context.out << "  " << filesIn(diff) << "; ";
    } catch (const RefusedByOrchd&) {
        context.out << "  ";
    }
    context.out << "see it: orchctl task diff " << options.task << '\n';
}

/// What stands there to be answered, when the person does not say what was shown: told before it
/// is sent, and so it is what counts. Empty when nothing does; orchd says then why not.
std::string shownNow(Context& context, const VerbOptions& options) {
    const bool overrides = options.verb->comment == Comment::kBecause;
    const auto* verb = overrides ? "override" : "approve";
    const auto explanation = context.orchd().get("/api/v1/tasks/" + options.task + "/explain");
    std::map<std::string, json> answers;
    for (const auto& answer : listOf(explanation, "answers")) {
        if (textOr(answer, "verb") == verb) answers.emplace(textOr(answer, "shown"), answer);
    }
    if (!context.json) {
        for (const auto& [shown, answer] : answers) printAnswered(context, options, answer);
    }
    if (answers.empty()) return {};
    if (answers.size() == 1) return answers.begin()->first;
    throw Error(options.task + " stands at more than one thing to " + verb +
                ": say which one with --shown (orchctl explain " + options.task + ")");
}

json bodyOf(Context& context, const VerbOptions& options) {
    json body{{"by", context.actor()}, {"comment", options.comment}};
    if (!options.verb->answers) return body;
    auto shown = options.shown.empty() ? shownNow(context, options) : options.shown;
    if (!shown.empty()) body["shown"] = std::move(shown);
    return body;
}

ExitCode order(Context& context, const VerbOptions& options) {
    const auto path = "/api/v1/tasks/" + options.task + "/" + options.verb->name;
    const auto task = context.orchd().post(path, bodyOf(context, options));
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
        if (verb.answers) {
            command
                ->add_option("--shown",
                             options->shown,
                             "What it is about, as explain shows it; else what stands there now")
                ->type_name("HASH");
        }
        command->footer(std::string{"Example:\n  "} + verb.example);
        choose(*command, chosen, options, &order);
    }
}

}  // namespace orch::ctl

#include <CLI/CLI.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "ctl/commands/arguments.hpp"
#include "ctl/commands/journal_text.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

constexpr std::chrono::milliseconds kPoll{500};

struct JournalOptions {
    std::string subject, actor, after;
    int limit = 50;
    bool follow = false;
};

std::string subjectOf(const std::string& text) {
    // "7" would be ambiguous, so only the task's short forms are understood.
    return text.starts_with("t-") ? "T-" + text.substr(2) : text;
}

json read(Context& context, const JournalOptions& options, const std::string& after) {
    return context.orchd().get("/api/v1/journal" +
                               query({{"subject", subjectOf(options.subject)},
                                      {"actor", options.actor},
                                      {"after", after},
                                      {"limit", std::to_string(options.limit)}}));
}

void printEntries(const Context& context, const json& answer) {
    for (const auto& entry : listOf(answer, "entries")) printEntry(context, entry);
    context.out.flush();
}

/// Until orchd is gone or the user had enough (Ctrl-C).
[[noreturn]] void follow(Context& context, const JournalOptions& options, json answer) {
    for (std::string after = textOr(answer, "next");; after = textOr(answer, "next")) {
        std::this_thread::sleep_for(kPoll);
        answer = read(context, options, after.empty() ? "0" : after);
        context.now = std::chrono::system_clock::now();
        printEntries(context, answer);
    }
}

ExitCode journal(Context& context, const JournalOptions& options) {
    const auto answer = read(context, options, options.after);
    if (context.json) {
        if (options.follow) throw UsageError("--json prints one document, --follow never ends");
        context.print(answer);
        return ExitCode::kDone;
    }
    printEntries(context, answer);
    if (options.follow) follow(context, options, answer);
    return ExitCode::kDone;
}

}  // namespace

void addJournal(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand("journal", "Who did what, and why: the newest entries");
    auto options = std::make_shared<JournalOptions>();
    command->add_option("--subject", options->subject, "Only about this, as in T-3 or \"job 7\"")
        ->type_name("WHAT");
    command->add_option("--actor", options->actor, "Only by this one, as in plugin:reaper")
        ->type_name("WHO");
    command->add_option("--after", options->after, "Only entries after this number, oldest first")
        ->check(CLI::NonNegativeNumber)
        ->type_name("SEQ");
    command->add_option("--limit", options->limit, "How many at most")
        ->check(CLI::Range(1, 1000))
        ->type_name("N");
    command->add_flag("-f,--follow", options->follow, "Go on with what comes, until Ctrl-C");
    command->footer("Examples:\n  orchctl journal --subject T-3\n  orchctl journal --follow");
    choose(*command, chosen, options, &journal);
}

}  // namespace orch::ctl

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ctl/commands/arguments.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

namespace {

struct QueueOptions {
    std::string verb;
};

ExitCode order(Context& context, const QueueOptions& options) {
    const auto answer =
        context.orchd().post("/api/v1/queue/" + options.verb, {{"by", context.actor()}});
    if (context.json) {
        context.print(answer);
    } else if (isSet(answer, "paused")) {
        context.out << "the queue is paused: what runs goes on, nothing new begins\n";
    } else {
        context.out << "the queue goes on\n";
    }
    return ExitCode::kDone;
}

void addVerb(CLI::App& queue, Action& chosen, const std::string& verb, const std::string& help) {
    auto* command = queue.add_subcommand(verb, help);
    choose(*command, chosen, std::make_shared<QueueOptions>(QueueOptions{verb}), &order);
}

}  // namespace

void addQueue(CLI::App& app, Action& chosen) {
    auto* queue = app.add_subcommand("queue", "Hold the whole queue or let it go on");
    queue->require_subcommand(1);
    queue->footer(
        "Examples:\n  orchctl queue pause      before you touch something they all use\n"
        "  orchctl queue resume");
    addVerb(*queue, chosen, "pause", "Start no job until resume; what runs goes on");
    addVerb(*queue, chosen, "resume", "Start jobs again");
}

}  // namespace orch::ctl

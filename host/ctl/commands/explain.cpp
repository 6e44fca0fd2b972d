#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/commands/arguments.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct ExplainOptions {
    std::string task;
};

/// A line of orchd's, for people in this time zone.
std::string spoken(const Context& context, const std::string& text) {
    return withLocalTimes(harmlessLine(text), context.now);
}

std::vector<std::string> textsOf(const json& object, const char* field) {
    std::vector<std::string> texts;
    for (const auto& value : listOf(object, field)) {
        if (value.is_string()) texts.push_back(harmlessLine(value.get<std::string>()));
    }
    return texts;
}

void printVerdict(const Context& context, const json& verdict) {
    const auto colour = harmlessLine(textOf(verdict, "colour"));
    const auto reason = harmlessLine(textOf(verdict, "reason"));
    const auto evidence = evidenceOf(verdict);
    context.out << "  gate " << harmlessLine(textOf(verdict, "gate")) << ": "
                << context.terminal.paint(tintOf(colour), colour) << " — "
                << spoken(context, reason + (evidence.empty() ? "" : " (" + evidence + ")"))
                << '\n';
    for (const auto& finding : textsOf(verdict, "findings")) {
        if (reason.find(finding) != std::string::npos) continue;
        context.out << "    \"" << finding << "\"\n";
    }
}

void printExplanation(const Context& context, const json& explanation) {
    auto& out = context.out;
    out << spoken(context, textOf(explanation, "summary")) << '\n';
    for (const auto& verdict : listOf(explanation, "verdicts")) printVerdict(context, verdict);
    for (const auto& line : textsOf(explanation, "lines")) {
        // The verdicts above say these lines already, with more detail.
        if (!line.starts_with("gate ")) out << "  " << spoken(context, line) << '\n';
    }
    const auto actions = textsOf(explanation, "actions");
    if (!actions.empty()) out << "  what you can do: " << join(actions, "  ·  ") << '\n';
}

bool waitsForHuman(const json& explanation, const json& task) {
    const auto& verdicts = listOf(explanation, "verdicts");
    return textOr(task, "state") == "parked" ||
           (textOr(task, "state") == "active" &&
            std::any_of(verdicts.begin(), verdicts.end(), [](const json& verdict) {
                return textOr(verdict, "colour") == "human";
            }));
}

/// A paused queue holds a task only while none of its jobs runs.
bool isHeld(const json& task, const json& queue) {
    if (textOr(task, "state") == "paused") return true;
    return textOr(task, "state") == "active" && isSet(queue, "paused") &&
           textOr(objectOf(task, "job"), "status") != "running";
}

ExitCode explain(Context& context, const ExplainOptions& options) {
    const auto path = "/api/v1/tasks/" + options.task;
    auto explanation = context.orchd().get(path + "/explain");
    const auto task = context.orchd().get(path);
    const auto queue = context.orchd().get("/queue");
    const auto code = waitsForHuman(explanation, task) ? ExitCode::kWaits
                      : isHeld(task, queue)            ? ExitCode::kHeld
                                                       : ExitCode::kDone;
    if (context.json) {
        explanation["state"] = textOr(task, "state");
        explanation["exit_code"] = static_cast<int>(code);
        context.print(explanation);
    } else {
        printExplanation(context, explanation);
    }
    return code;
}

}  // namespace

void addExplain(CLI::App& app, Action& chosen) {
    auto* command = app.add_subcommand(
        "explain", "Why a task stands where it stands, and what you can do about it");
    command->footer(
        R"(Example:
  orchctl explain T-3

It ends with 4 when the task waits for a human (an approval, or it is parked), with 5 when it is
held (the task or the queue is paused), else with 0. So a script can ask:
  orchctl explain T-3 >/dev/null; [ $? -eq 4 ] && notify-send "T-3 needs you")");
    auto options = std::make_shared<ExplainOptions>();
    addTaskId(*command, options->task);
    choose(*command, chosen, options, &explain);
}

}  // namespace orch::ctl

#include "pipeline/standing.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kShownDigits = 16;

std::string headIn(const Verdict& verdict) {
    const auto found =
        std::ranges::find(verdict.evidence, "head", [](const auto& pair) { return pair.first; });
    return found == verdict.evidence.end() ? "" : found->second;
}

/// Nothing for a verdict that nobody can answer to.
std::optional<Standing> standingAt(const Verdict& verdict,
                                   const std::string& otherwise,
                                   const std::string& artefact_hash,
                                   const StageDef& stage) {
    Standing standing{.gate = verdict.gate, .reason = verdict.reason};
    if (verdict.colour == Colour::kHuman) {
        standing.verb = "approve";
    } else if (mayBeOverruled(verdict) || isAboutQuarantine(verdict)) {
        standing.verb = "override";
    } else {
        return {};
    }
    standing.bound_to =
        isAboutQuarantine(verdict) ? headIn(verdict) : bindingOf(verdict, otherwise);
    const bool of_artefact = !artefact_hash.empty() && standing.bound_to == artefact_hash;
    standing.what = of_artefact ? stage.artefact : "the head";
    return standing;
}

/// "T-1: what you were shown does not stand any more: …"
std::string listed(const std::vector<Standing>& standing) {
    std::vector<std::string> parts;
    for (const auto& each : standing) {
        parts.push_back(each.what + " is " + each.bound_to + " now (gate " + each.gate + ": " +
                        shorten(each.reason, 300) + ")");
    }
    return join(parts, "; ");
}

std::set<std::string> bindingsIn(const std::vector<Standing>& standing) {
    std::set<std::string> bindings;
    for (const auto& each : standing) bindings.insert(each.bound_to);
    return bindings;
}

std::string again(TaskId task) {
    return " (orchctl explain " + name(task) + ")";
}

[[noreturn]] void refuseUnshown(const std::vector<Standing>& present,
                                TaskId task,
                                const std::string& verb) {
    throw NotAsShown(Refused::Why::kInvalid,
                     name(task) + ": " + verb +
                         " says in `shown` what it is about: " + listed(present) + again(task),
                     {},
                     present);
}

[[noreturn]] void refuseOther(const std::vector<Standing>& present,
                              TaskId task,
                              const std::string& shown) {
    const auto what = shown.size() < kLeastShown
                          ? "\"" + shown + "\" is too short to name anything for sure: at least " +
                                std::to_string(kLeastShown) + " digits; "
                          : "what was shown (" + shown + ") is not what stands there now: ";
    throw NotAsShown(Refused::Why::kConflict,
                     name(task) + ": " + what + listed(present) + "; look again" + again(task),
                     shown,
                     present);
}

}  // namespace

std::vector<Standing> standingOf(const Facts& facts, const std::vector<Verdict>& verdicts) {
    std::vector<Standing> all;
    const auto hash = facts.artefact ? facts.artefact->hash : "";
    for (const auto& verdict : verdicts) {
        if (auto one = standingAt(verdict, bindingOf(facts), hash, facts.stage)) {
            all.push_back(std::move(*one));
        }
    }
    return all;
}

std::vector<Standing> standingOf(const Task& task,
                                 const StageDef& stage,
                                 const std::vector<VerdictRow>& newest_first) {
    std::vector<Standing> all;
    std::set<std::string> seen;
    for (const auto& row : newest_first) {
        const bool here = row.stage == task.stage && row.visit == task.visit;
        if (!here || !seen.insert(row.verdict.gate).second) continue;
        const auto otherwise = row.artefact_hash.empty() ? row.head : row.artefact_hash;
        if (auto one = standingAt(row.verdict, otherwise, row.artefact_hash, stage)) {
            all.push_back(std::move(*one));
        }
    }
    return all;
}

std::string shownOption(const Standing& standing) {
    return "--shown " + standing.bound_to.substr(0, kShownDigits);
}

bool names(const std::string& shown, const Standing& standing) {
    if (shown == standing.bound_to) return !shown.empty();
    return shown.size() >= kLeastShown && standing.bound_to.starts_with(shown);
}

std::optional<Standing> chosenOf(const std::vector<Standing>& standing,
                                 TaskId task,
                                 const std::string& verb,
                                 const std::string& shown) {
    std::vector<Standing> present;
    for (const auto& each : standing) {
        if (each.verb == verb) present.push_back(each);
    }
    if (present.empty()) return {};
    if (shown.empty()) refuseUnshown(present, task, verb);
    std::vector<Standing> named;
    for (const auto& each : present) {
        if (names(shown, each)) named.push_back(each);
    }
    if (bindingsIn(named).size() != 1) refuseOther(present, task, shown);
    return named.front();
}

}  // namespace orch

#include "core/gates_of_change.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "core/gate_answers.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostNamed = 20;

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string named(const ProtectedChange& change) {
    const auto path = shorten(cleanUtf8(change.path), 200);
    if (change.added == 0 && change.removed == 0) return path;
    return path + (change.at_least ? " (at least +" : " (+") + std::to_string(change.added) + " −" +
           std::to_string(change.removed) + ")";
}

std::string namesOf(const ProtectedChanges& changes) {
    std::vector<std::string> names;
    for (const auto& change : changes.paths) {
        if (names.size() == kMostNamed) break;
        names.push_back(named(change));
    }
    const auto rest = changes.paths.size() - names.size();
    return join(names, ", ") + (rest == 0 ? "" : " and " + counted(rest, "more path"));
}

std::string bindingOf(const Facts& facts, const ProtectedChanges& changes) {
    auto shown = facts.work->head;
    for (const auto& change : changes.paths) {
        shown += '\0' + change.path + '\0' + std::to_string(change.added) + '\0' +
                 std::to_string(change.removed);
    }
    return sha256(shown);
}

/// What only a person can say yes to, for one head.
struct Question {
    std::string binding;    ///< what the answer is bound to
    std::string fact;       ///< "changes Makefile"
    std::string why;        ///< what hangs on it
    std::string take_back;  ///< what is asked of the agent when the answer is no
};

Verdict askAboutHead(const Facts& facts, const Question& question, Evidence evidence) {
    evidence.insert(evidence.begin(), {kBoundTo, question.binding});
    const auto& answers = facts.answers_to_head;
    const auto last = std::find_if(answers.rbegin(), answers.rend(), [&](const DatedAnswer& dated) {
        return dated.answer.bound_to == question.binding;
    });
    if (last != answers.rend()) {
        const auto& [answer, when] = *last;
        const auto who = answer.by + " at " + when;
        if (answer.approve) return green(question.fact + ": approved by " + who, evidence);
        const auto words = answer.comment.empty() ? "no reason given" : answer.comment;
        return red(question.fact + ": rejected by " + who + ": " + words,
                   {question.take_back, words},
                   evidence);
    }
    const auto& approvers = facts.project.approvers;
    const auto who = approvers.empty() ? "a person" : join(approvers, " or ");
    return {.gate = {},
            .colour = Colour::kHuman,
            .reason = question.fact + ": " + question.why + "; needs " + who + " to approve",
            .evidence = std::move(evidence)};
}

Evidence headOf(const Facts& facts) {
    return {{"head", facts.work->head}};
}

std::string placeOf(const SecretFinding& finding) {
    std::vector<std::string> where;
    if (finding.line > 0) where.push_back("line " + std::to_string(finding.line));
    if (!finding.commit.empty()) where.push_back("commit " + shortSha(finding.commit));
    const auto at = where.empty() ? "" : " (" + join(where, ", ") + ")";
    return finding.rule + " in " + finding.path + at + ": " + finding.excerpt;
}

Verdict secretsFound(const Facts& facts) {
    const auto& scan = *facts.secrets;
    std::vector<std::string> findings{
        "Remove each secret and rewrite the commits (git rebase), so that none is in the branch's"
        " history; a commit that takes it out leaves it in the one before"};
    for (const auto& finding : scan.findings) findings.push_back(placeOf(finding));
    const auto* known = scan.more ? "more than " : scan.cut ? "at least " : "";
    const auto count = known + counted(scan.findings.size(), "secret");
    return red(count + ": " + placeOf(scan.findings.front()), findings, headOf(facts));
}

}  // namespace

std::vector<std::string> bindingsOfAnswers(const Facts& facts) {
    std::vector<std::string> bindings{facts.work->head};
    if (facts.protected_changes) bindings.push_back(bindingOf(facts, *facts.protected_changes));
    return bindings;
}

Verdict protectedGate(const Facts& facts) {
    // Asked before it was merged; what is on the base now is no change any more.
    if (facts.merge && facts.merge->job.status == JobStatus::kSucceeded) {
        return green("was asked before the merge", {});
    }
    if (facts.project.protected_paths.empty()) return green("no path is protected", {});
    if (!facts.work) return unclear(facts.work.trouble);
    if (!facts.protected_changes) return unclear(facts.protected_changes.trouble);
    const auto& changes = *facts.protected_changes;
    if (changes.too_many) {
        return askAboutHead(facts,
                            {facts.work->head,
                             "changes more paths than can be looked through",
                             "protected ones may be among them",
                             "Change fewer paths"},
                            headOf(facts));
    }
    if (changes.paths.empty()) return green("no protected path is changed", headOf(facts));
    const auto names = namesOf(changes);
    auto evidence = headOf(facts);
    evidence.emplace_back("protected", names);
    return askAboutHead(facts,
                        {bindingOf(facts, changes),
                         "changes protected paths " + names,
                         "may weaken what the work is judged by",
                         "Take the change of " + names + " back"},
                        std::move(evidence));
}

Verdict secretsGate(const Facts& facts) {
    if (!facts.work) return unclear(facts.work.trouble);
    if (!facts.secrets) return unclear(facts.secrets.trouble);
    if (!facts.secrets->findings.empty()) return secretsFound(facts);
    if (!facts.secrets->cut) return green("no secret is in its commits", headOf(facts));
    return askAboutHead(facts,
                        {facts.work->head,
                         "is too large to be searched for secrets as a whole",
                         "a person has to look at the rest",
                         "Make the change smaller"},
                        headOf(facts));
}

}  // namespace orch

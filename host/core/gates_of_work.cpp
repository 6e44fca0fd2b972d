#include "core/gates_of_work.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/gate_answers.hpp"

namespace orch {

namespace {

Verdict reviewAgain(const std::string& why, Evidence evidence, const Facts& facts) {
    auto verdict = red(why, {why}, std::move(evidence));
    verdict.target = facts.stage.name;
    return verdict;
}

}  // namespace

std::optional<Verdict> unfitWork(const Facts& facts) {
    const auto& work = *facts.work;
    const auto& branch = facts.task.branch();
    const auto& base = facts.project.base;
    const Evidence evidence{{"head", work.head}};
    if (!work.trouble.empty()) {
        return red("what is on " + branch + " cannot be taken in: " + work.trouble,
                   {"Mend the repository of the worktree, or commit the work again on " + branch +
                    ": " + work.trouble},
                   evidence);
    }
    if (!work.withdrawn.empty()) {
        const auto gone = shortSha(work.withdrawn);
        return red(
            branch + " holds " + gone + ", which was taken off " + base + " since the task began",
            {"Take your own commits to the present " + base + ": git rebase --onto " + base + " " +
             gone + " " + branch},
            {{"head", work.head}, {"withdrawn", work.withdrawn}});
    }
    if (work.merge_bases > 1) {
        return red(branch + " has " + std::to_string(work.merge_bases) + " merge bases with " +
                       base + ": what would land is more than can be seen of it",
                   {"Make the present " + base + " part of the branch: git merge " + base},
                   evidence);
    }
    if (work.loose_links.empty()) return std::nullopt;
    const auto links = join(work.loose_links, ", ");
    return red(
        "points at commits of other repositories that nobody else can get: " + links,
        {"Commit the files themselves (git rm --cached PATH; rm -rf PATH/.git; git add PATH),"
         " or push the commit to the URL that .gitmodules names: " +
         links},
        evidence);
}

std::optional<Verdict> agentVerdict(const Facts& facts) {
    if (facts.stage.agent.empty()) return {};
    if (!facts.agent)
        return needs(WorkKind::kAgent, "agent " + facts.stage.agent + " has not run yet");
    const Job& job = facts.agent->job;
    if (!isFinal(job.status)) return waitsFor(job);
    if (job.status == JobStatus::kSucceeded) return {};
    return stuck(jobName(job) + " " + job.reason, jobEvidence(job));
}

Verdict artefactGate(const Facts& facts) {
    const auto& name = facts.stage.artefact;
    const bool blank =
        facts.artefact && facts.artefact->content.find_first_not_of(" \t\r\n") == std::string::npos;
    if (facts.artefact && !blank) return green(name, {{"artefact", facts.artefact->hash}});
    const std::string why = blank ? name + " is empty" : facts.artefact_trouble;
    auto verdict = red(why, {"Write the artefact to the path given: " + why}, {});
    verdict.target = facts.stage.name;
    return verdict;
}

Verdict humanApprovalGate(const Facts& facts) {
    const auto binding = bindingOf(facts);
    const Evidence evidence{{kBoundTo, binding}};
    const auto what = facts.stage.artefact.empty() ? "the work" : facts.stage.artefact;
    const auto last = std::find_if(facts.approvals.rbegin(),
                                   facts.approvals.rend(),
                                   [&](const Approval& a) { return a.bound_to == binding; });
    if (last != facts.approvals.rend() && last->approve) {
        return green("approved by " + last->by, evidence);
    }
    if (last != facts.approvals.rend()) {
        const auto words = last->comment.empty() ? "no reason given" : last->comment;
        return red("rejected by " + last->by + ": " + words, {words}, evidence);
    }
    const auto who =
        facts.project.approvers.empty() ? "a person" : join(facts.project.approvers, " or ");
    const std::string void_note =
        facts.approvals.empty() ? "" : " (the earlier answer was about an older version)";
    return {.gate = {},
            .colour = Colour::kHuman,
            .reason = "waits for " + who + " to approve " + what + void_note,
            .evidence = evidence};
}

Verdict committedGate(const Facts& facts) {
    if (!facts.work) return unclear(facts.work.trouble);
    const Evidence evidence{{"head", facts.work->head}};
    if (const auto unfit = unfitWork(facts)) return *unfit;
    if (!facts.work->dirty.empty()) {
        const auto files = join(facts.work->dirty, ", ");
        return red("uncommitted work: " + files, {"Commit or remove: " + files}, evidence);
    }
    if (facts.work->commits_ahead == 0) {
        return red("nothing is committed on " + facts.task.branch(),
                   {"Commit the work on the branch " + facts.task.branch()},
                   evidence);
    }
    const auto count = facts.work->commits_ahead;
    return green(std::to_string(count) + (count == 1 ? " commit" : " commits") + " up to " +
                     shortSha(facts.work->head),
                 evidence);
}

/// A commit may be named by its beginning, as git itself does.
bool names(const std::string& said, const std::string& head) {
    constexpr std::size_t kShortest = 7;
    return said == head || (said.size() >= kShortest && head.starts_with(said));
}

Verdict reviewVerdictGate(const Facts& facts) {
    const auto& name = facts.stage.artefact;
    if (!facts.work) return unclear(facts.work.trouble);
    if (!facts.artefact) return reviewAgain(facts.artefact_trouble, {}, facts);
    const Evidence evidence{{"head", facts.work->head}, {"artefact", facts.artefact->hash}};
    if (!facts.review)
        return reviewAgain(name + " is no review: " + facts.review.trouble, evidence, facts);
    if (!names(facts.review->head, facts.work->head)) {
        return reviewAgain(name + " is about " + shortSha(facts.review->head) + ", the head is " +
                               shortSha(facts.work->head),
                           evidence,
                           facts);
    }
    if (facts.review->approve) return green("approved in " + name, evidence);
    const auto count = facts.review->findings.size();
    const std::string first =
        count == 0 ? "no finding named" : '"' + facts.review->findings[0] + '"';
    return red("reviewer found " + std::to_string(count) + (count == 1 ? " defect" : " defects") +
                   " (" + name + ", sha " + shortSha(facts.work->head) + "): " + first,
               facts.review->findings,
               evidence);
}

}  // namespace orch

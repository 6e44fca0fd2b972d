#include "core/gate_answers.hpp"

#include "core/names.hpp"

namespace orch {

Verdict green(std::string reason, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kGreen,
            .reason = std::move(reason),
            .evidence = std::move(evidence)};
}
Verdict red(std::string reason, std::vector<std::string> findings, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kRed,
            .reason = std::move(reason),
            .findings = std::move(findings),
            .evidence = std::move(evidence)};
}
Verdict needs(WorkKind work, std::string reason) {
    return {.gate = {}, .colour = Colour::kPending, .reason = std::move(reason), .needs = work};
}
Verdict pending(std::string reason) {
    return {.gate = {}, .colour = Colour::kPending, .reason = std::move(reason)};
}
Verdict unclear(std::string reason) {
    return {.gate = {}, .colour = Colour::kUnclear, .reason = std::move(reason)};
}
Verdict stuck(std::string reason, Evidence evidence) {
    return {.gate = {},
            .colour = Colour::kUnclear,
            .reason = std::move(reason),
            .evidence = std::move(evidence),
            .stuck = true};
}

Evidence jobEvidence(const Job& job) {
    Evidence evidence{{"job", std::to_string(raw(job.id))}};
    if (job.exit_code) evidence.emplace_back("exit_code", std::to_string(*job.exit_code));
    if (!job.payload.head.empty()) evidence.emplace_back("head", job.payload.head);
    if (!job.payload.base.empty()) evidence.emplace_back("base", job.payload.base);
    return evidence;
}

std::string jobName(const Job& job) {
    return job.agent + " job " + std::to_string(raw(job.id));
}

Verdict waitsFor(const Job& job) {
    const std::string why = job.status == JobStatus::kScheduled && !job.reason.empty()
                                ? " (last attempt: " + job.reason + ")"
                                : "";
    return pending(jobName(job) + " is " + std::string(nameOf(job.status)) + why);
}

}  // namespace orch

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "ctl/demo/proofs.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

/// Every attempt of an agent by its name, "3.2".
std::map<std::string, json> agentAttempts(const Records& records) {
    std::map<std::string, json> attempts;
    for (const auto& job : records.jobs) {
        if (textOr(job, "kind") != "agent") continue;
        for (const auto& attempt : listOf(job, "attempts")) {
            attempts.emplace(textOr(job, "id") + "." + textOr(attempt, "attempt"), attempt);
        }
    }
    return attempts;
}

std::string namesOf(const std::map<std::string, json>& attempts) {
    std::vector<std::string> names;
    for (const auto& [name, attempt] : attempts) names.push_back(name);
    return join(names, " ");
}

std::string namesOf(const Ledger& ledger) {
    std::vector<std::string> names;
    for (const auto& start : ledger.starts()) names.push_back(start.run);
    std::sort(names.begin(), names.end());
    return join(names, " ");
}

Proof proveSameStory(const Ledger& ledger, const Records& records) {
    const auto told = namesOf(ledger);
    const auto recorded = namesOf(agentAttempts(records));
    return {"every attempt orchd recorded ran exactly once, and no other ran",
            told == recorded && !told.empty(),
            "the agents tell of " + told + ", orchd of " + recorded};
}

Proof proveUnfinished(const Ledger& ledger, const Plugs& plugs) {
    std::vector<std::string> names;
    for (const auto& run : ledger.unfinished()) names.push_back(run.run);
    return {"every agent but the killed one worked to its end",
            names == std::vector<std::string>{plugs.killed},
            "these did not: " + join(names, " ")};
}

std::string ofAttempt(const Records& records, const std::string& name, const char* field) {
    const auto attempts = agentAttempts(records);
    const auto found = attempts.find(name);
    return found == attempts.end() ? "no such attempt" : textOf(found->second, field);
}

Proof proveOutcome(const Records& records,
                   const std::string& claim,
                   const std::string& attempt,
                   const char* field,
                   const std::string& expected) {
    const auto found = ofAttempt(records, attempt, field);
    return {claim, found == expected, "attempt " + attempt + " has " + field + " " + found};
}

Proof proveAdoption(const Records& records, const Plugs& plugs) {
    const auto count =
        std::count_if(records.journal.begin(), records.journal.end(), [&](const json& entry) {
            const auto& evidence = objectOf(entry, "evidence");
            return textOr(entry, "rule") == "adopt" &&
                   textOr(evidence, "job") + "." + textOr(evidence, "attempt") == plugs.adopted;
        });
    return {
        "the journal tells of one adoption", count == 1, "it tells of " + std::to_string(count)};
}

Proof proveNothingWaits(const Records& records) {
    const bool done = textOr(records.task, "state") == "done";
    const auto open = std::count_if(records.jobs.begin(), records.jobs.end(), [](const json& job) {
        const auto status = textOr(job, "status");
        return status == "running" || status == "queued" || status == "scheduled";
    });
    return {
        "the task is done and has no open job",
        done && open == 0,
        "it is " + textOf(records.task, "state") + " with " + std::to_string(open) + " open jobs"};
}

Proof proveRework(const Records& records, const char* edge) {
    const auto& edges = objectOf(objectOf(records.task, "rework"), "edges");
    return {std::string{"it was sent back once on "} + edge,
            numberOf(edges, edge) == 1,
            "that was " + std::to_string(numberOf(edges, edge)) + " times"};
}

}  // namespace

std::vector<Proof> proveRuns(const Ledger& ledger, const Records& records, const Plugs& plugs) {
    const auto doubles = ledger.doubleRuns();
    return {
        proveNothingWaits(records),
        proveSameStory(ledger, records),
        {"no attempt ran twice or beside another", doubles == 0, std::to_string(doubles) + " did"},
        proveUnfinished(ledger, plugs),
        proveOutcome(records, "the killed agent is recorded as such", plugs.killed, "signal", "9"),
        proveOutcome(
            records, "the adopted agent's own exit code is known", plugs.adopted, "exit_code", "0"),
        proveAdoption(records, plugs),
        proveRework(records, "review>development"),
        proveRework(records, "testing>development")};
}

}  // namespace orch::ctl

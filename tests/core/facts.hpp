#pragma once

#include "core/gates.hpp"

namespace orch::testing {

/// A development stage whose agent has ended well, one commit ahead.
inline Facts developmentFacts() {
    Facts facts;
    facts.task = {.id = TaskId{1}, .project = "greeter", .stage = "development", .visit = 1};
    facts.stage = {.name = "development", .agent = "developer", .gates = {"committed"}};
    facts.project = {.name = "greeter", .base = "main"};
    facts.agent = WorkDone{};
    facts.agent->job.status = JobStatus::kSucceeded;
    facts.agent->job.agent = "developer";
    facts.work.value = WorkState{.head = "aaaaaaaaaa", .commits_ahead = 1, .dirty = {}};
    facts.base.value = "bbbbbbbbbb";
    return facts;
}

/// A review stage whose artefact approves the head.
inline Facts reviewFacts() {
    auto facts = developmentFacts();
    facts.task.stage = "review";
    facts.stage = {.name = "review",
                   .agent = "reviewer",
                   .artefact = "04-review.json",
                   .gates = {"review_verdict"},
                   .on_red = {.to = "development", .limit = 3}};
    facts.artefact = Artefact{"hash-1", "{}"};
    facts.review.value = Review{.approve = true, .head = "aaaaaaaaaa", .findings = {}};
    return facts;
}

/// A testing stage whose check passed on the head.
inline Facts testingFacts() {
    auto facts = developmentFacts();
    facts.task.stage = "testing";
    facts.stage = {.name = "testing",
                   .check = {"make", "check"},
                   .gates = {"check", "mergeable"},
                   .on_red = {.to = "development", .limit = 3}};
    facts.check = WorkDone{};
    facts.check->job.agent = "check";
    facts.check->job.status = JobStatus::kSucceeded;
    facts.check->job.payload = {.kind = WorkKind::kCheck,
                                .head = "aaaaaaaaaa",
                                .base = "bbbbbbbbbb",
                                .definition = definitionOf(facts.stage)};
    facts.preview.value = MergePreview{.tree = "tree", .conflicts = {}, .no_change = false};
    facts.base_check = Job{};
    facts.base_check->status = JobStatus::kSucceeded;
    return facts;
}

/// A deploy stage whose merge is on the base and whose deploy ended well.
inline Facts deployFacts() {
    auto facts = developmentFacts();
    facts.task.stage = "deploy";
    facts.task.merge_sha = "cccccccccc";
    facts.stage = {.name = "deploy", .merge = true, .gates = {"merged", "deployed"}};
    facts.project.deploy = {"./deploy.sh"};
    facts.merge = WorkDone{};
    facts.merge->job.status = JobStatus::kSucceeded;
    facts.merged_on_base.value = true;
    facts.deploy = WorkDone{};
    facts.deploy->job.status = JobStatus::kSucceeded;
    facts.deploy->job.payload.version = "2";
    facts.deployment = Deploy{.project = "greeter", .number = 2, .state = DeployState::kDeployed};
    return facts;
}

}  // namespace orch::testing

#pragma once

#include "orch/detail/json.hpp"
#include "orch/detail/words.hpp"
#include "orch/types.hpp"

// What orchd answers, as values. Everything here throws BadJson.

namespace orch {
inline namespace sdk {
namespace detail {

[[nodiscard]] inline Answer readAnswer(const Json& reply) {
    const Members members{reply};
    const auto result = members.text("result");
    if (result.empty()) throw BadJson("\"result\" is missing");
    return {valueOf(kEffects, result, Effect::kNothing), members.text("detail")};
}

[[nodiscard]] inline RunningJob readRunningJob(const Json& job) {
    const Members members{job};
    return {.id = members.required<std::int64_t>("id"),
            .attempt = members.required<int>("attempt"),
            .task = members.text("task"),
            .project = members.text("project"),
            .stage = members.text("stage"),
            .agent = members.text("agent"),
            .lane = members.text("lane"),
            .pid = members.maybe<std::int64_t>("pid"),
            .pid_start = members.maybe<std::uint64_t>("pid_start"),
            .same_host = members.flag("same_host"),
            .same_boot = members.flag("same_boot", true),
            .starting = members.flag("starting"),
            .running = members.span("running_ms"),
            .limit = members.maybeSpan("limit_ms"),
            .lock = valueOf(kLocks, members.text("lock"), Lock::kUnknown),
            .process = valueOf(kLives, members.text("process"), Life::kUnknown),
            .process_why = members.text("process_why"),
            .group = members.number<int>("group"),
            .exit = valueOf(kExitRecords, members.text("exit"), ExitRecord::kDamaged),
            .exit_code = members.maybe<int>("exit_code"),
            .signal = members.maybe<int>("signal")};
}

[[nodiscard]] inline Running readRunning(const Json& reply) {
    const Members members{reply};
    Running running{.self = valueOf(kLives, members.text("self"), Life::kUnknown),
                    .jobs = {},
                    .left_out = members.number<std::int64_t>("left_out")};
    members.each("jobs", [&](const Json& job) { running.jobs.push_back(readRunningJob(job)); });
    return running;
}

[[nodiscard]] inline LeaseSeen readLease(const Json& lease) {
    const Members members{lease};
    return {.repository = members.text("repository"),
            .token = members.maybe<std::int64_t>("token"),
            .task = members.text("task"),
            .host = members.text("host"),
            .job = members.number<std::int64_t>("job"),
            .attempt = members.number<int>("attempt"),
            .pid = members.maybe<std::int64_t>("pid"),
            .same_host = members.flag("same_host"),
            .same_boot = members.flag("same_boot"),
            .holder = valueOf(kLives, members.text("holder"), Life::kUnknown),
            .hold = valueOf(kLocks, members.text("hold"), Lock::kUnknown),
            .age = members.span("age_ms"),
            .ttl = members.span("ttl_ms"),
            .unchanged = members.span("unchanged_ms"),
            .renewals = members.number<int>("renewals")};
}

[[nodiscard]] inline std::vector<LeaseSeen> readLeases(const Json& reply) {
    std::vector<LeaseSeen> leases;
    Members{reply}.each("leases", [&](const Json& lease) { leases.push_back(readLease(lease)); });
    return leases;
}

[[nodiscard]] inline TaskSeen readTask(const Json& task) {
    const Members members{task};
    return {.id = members.text("id"),
            .project = members.text("project"),
            .title = members.text("title"),
            .stage = members.text("stage"),
            .state = members.text("state"),
            .reason = members.text("reason"),
            .stage_age = members.span("stage_age_ms"),
            .has_job = members.flag("has_job")};
}

[[nodiscard]] inline std::vector<TaskSeen> readTasks(const Json& reply) {
    std::vector<TaskSeen> tasks;
    Members{reply}.each("tasks", [&](const Json& task) { tasks.push_back(readTask(task)); });
    return tasks;
}

[[nodiscard]] inline ProbeAnswer readProbe(const Json& reply) {
    const Members members{reply};
    return {.outcome = valueOf(kOutcomes, members.text("outcome"), ProbeOutcome::kNoRoute),
            .status = members.number<int>("status"),
            .body = members.text("body"),
            .headers = members.pairs("headers"),
            .detail = members.text("detail"),
            .took = members.span("took_ms")};
}

[[nodiscard]] inline ExecStarted readExecStarted(const Json& reply) {
    return {readAnswer(reply), Members{reply}.number<std::int64_t>("job")};
}

[[nodiscard]] inline ExecStatus readExecStatus(const Json& reply) {
    const Members members{reply};
    return {members.text("status"), members.maybe<int>("exit_code"), members.text("output")};
}

[[nodiscard]] inline ReservedJob readReservedJob(std::string_view text) {
    const auto job = parseObject(text);
    const Members members{job};
    return {.id = members.required<std::int64_t>("id"),
            .attempt = members.required<int>("attempt"),
            .task = members.text("task"),
            .project = members.text("project"),
            .stage = members.text("stage"),
            .agent = members.text("agent")};
}

}  // namespace detail
}  // namespace sdk
}  // namespace orch

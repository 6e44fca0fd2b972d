#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "orch/detail/json.hpp"
#include "orch/detail/requests.hpp"
#include "orch/detail/words.hpp"
#include "orch/types.hpp"

// orchd's side of the wire, for FakeHost: requests are read, replies are written.

namespace orch {
inline namespace sdk {
namespace detail {

template <class Value>
[[nodiscard]] Json orNull(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}
[[nodiscard]] inline Json orNull(const std::optional<Milliseconds>& span) {
    return span ? Json(span->count()) : Json(nullptr);
}

[[nodiscard]] inline Json toJson(const Answer& answer) {
    return {{"result", wordOf(kEffects, answer.effect)}, {"detail", answer.detail}};
}

[[nodiscard]] inline Json toJson(const RunningJob& job) {
    return {{"id", job.id},
            {"attempt", job.attempt},
            {"task", job.task},
            {"project", job.project},
            {"stage", job.stage},
            {"agent", job.agent},
            {"lane", job.lane},
            {"pid", orNull(job.pid)},
            {"pid_start", orNull(job.pid_start)},
            {"same_host", job.same_host},
            {"same_boot", job.same_boot},
            {"starting", job.starting},
            {"running_ms", job.running.count()},
            {"limit_ms", orNull(job.limit)},
            {"lock", wordOf(kLocks, job.lock)},
            {"process", wordOf(kLives, job.process)},
            {"process_why", job.process_why},
            {"group", job.group},
            {"exit", wordOf(kExitRecords, job.exit)},
            {"exit_code", orNull(job.exit_code)},
            {"signal", orNull(job.signal)}};
}

[[nodiscard]] inline Json toJson(const LeaseSeen& lease) {
    return {{"repository", lease.repository},
            {"token", orNull(lease.token)},
            {"task", lease.task},
            {"job", lease.job},
            {"attempt", lease.attempt},
            {"host", lease.host},
            {"pid", orNull(lease.pid)},
            {"same_host", lease.same_host},
            {"same_boot", lease.same_boot},
            {"holder", wordOf(kLives, lease.holder)},
            {"hold", wordOf(kLocks, lease.hold)},
            {"age_ms", lease.age.count()},
            {"ttl_ms", lease.ttl.count()},
            {"unchanged_ms", lease.unchanged.count()},
            {"renewals", lease.renewals}};
}

[[nodiscard]] inline Json toJson(const TaskSeen& task) {
    return {{"id", task.id},
            {"project", task.project},
            {"title", task.title},
            {"stage", task.stage},
            {"state", task.state},
            {"reason", task.reason},
            {"stage_age_ms", task.stage_age.count()},
            {"has_job", task.has_job}};
}

[[nodiscard]] inline Json toJson(const ProbeAnswer& answer) {
    Json reply{{"outcome", wordOf(kOutcomes, answer.outcome)}, {"took_ms", answer.took.count()}};
    if (answer.outcome == ProbeOutcome::kAnswered) {
        reply["status"] = answer.status;
        reply["headers"] = objectOf(answer.headers);
        reply["body"] = answer.body;
    } else {
        reply["detail"] = answer.detail;
    }
    return reply;
}

[[nodiscard]] inline Json toJson(const ExecStarted& started) {
    auto reply = toJson(started.answer);
    if (started.job != 0) reply["job"] = started.job;
    return reply;
}

[[nodiscard]] inline Json toJson(const ExecStatus& status) {
    Json reply{{"status", status.status}, {"output", status.output}};
    setIfThere(reply, "exit_code", status.exit_code);
    return reply;
}

[[nodiscard]] inline Json toJson(const ReservedJob& job) {
    return {{"id", job.id},
            {"attempt", job.attempt},
            {"task", job.task},
            {"project", job.project},
            {"stage", job.stage},
            {"agent", job.agent}};
}

template <class Value>
[[nodiscard]] Json arrayOf(const char* name, const std::vector<Value>& values) {
    auto array = Json::array();
    for (const auto& value : values) array.push_back(toJson(value));
    return {{name, array}};
}

[[nodiscard]] inline Why readWhy(const Json& object) {
    const Members members{object};
    return {members.text("rule"), members.text("decision"), members.pairs("evidence")};
}

[[nodiscard]] inline FinishOrder readFinishOrder(const Json& request) {
    const Members members{request};
    return {.job = members.required<std::int64_t>("job"),
            .attempt = members.required<int>("attempt"),
            .pid = members.maybe<std::int64_t>("pid"),
            .pid_start = members.maybe<std::uint64_t>("pid_start"),
            .cause = valueOf(kCauses, members.text("cause"), Cause{}),
            .why = readWhy(request.at("why"))};
}

[[nodiscard]] inline Notice readNotice(const Json& request) {
    const Members members{request};
    return {members.text("subject"), members.text("text"), members.text("cause")};
}

/// What the request of a method may and must contain, as sdk/docs/services.md has it.
struct MethodRule {
    std::string_view name;
    bool changes;
    std::vector<std::string_view> must;
    std::vector<std::string_view> may;
};

[[nodiscard]] inline const MethodRule* ruleOf(std::string_view method) {
    static const std::vector<MethodRule> rules{
        {"jobs.running", false, {}, {"alive_after_ms"}},
        {"jobs.finish", true, {"job", "attempt", "cause", "why"}, {"pid", "pid_start"}},
        {"tasks.list", false, {}, {"project", "stage", "state", "limit"}},
        {"leases.list", false, {}, {}},
        {"leases.reclaim", true, {"repository", "why"}, {"token"}},
        {"notify.send", true, {"subject", "text"}, {"cause"}},
        {"journal.write", false, {"rule", "decision"}, {"subject", "evidence"}},
        {"state_dir.path", false, {}, {}},
        {"probe.http", false, {"url"}, {"timeout_ms", "headers", "body_limit"}},
        {"exec.start", true, {"command", "key", "why"}, {"timeout_ms"}},
        {"exec.status", false, {"job"}, {}}};
    const auto rule = std::find_if(
        rules.begin(), rules.end(), [&](const MethodRule& each) { return each.name == method; });
    return rule == rules.end() ? nullptr : &*rule;
}

/// Throws BadJson.
inline void checkRequest(const MethodRule& rule, const Json& request) {
    for (const auto name : rule.must) {
        if (!request.contains(name)) throw BadJson("\"" + std::string{name} + "\" is missing");
    }
    const auto has = [](const auto& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const auto& [name, value] : request.items()) {
        if (!has(rule.must, name) && !has(rule.may, name)) {
            throw BadJson("unknown member \"" + name + "\"");
        }
    }
    if (rule.name == "jobs.finish" && request.at("cause") == "") throw BadJson("no such cause");
}

}  // namespace detail
}  // namespace sdk
}  // namespace orch

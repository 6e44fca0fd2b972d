#include <orch/plugin.h>

#include <algorithm>
#include <array>

#include "core/names.hpp"
#include "pipeline/flip.hpp"
#include "plugin/services/change.hpp"
#include "plugin/services/names.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

const char* nameOf(SeenLock lock) {
    switch (lock) {
        case SeenLock::kHeld:
            return "held";
        case SeenLock::kFree:
            return "free";
        case SeenLock::kAbsent:
            return "absent";
        case SeenLock::kUnknown:
            return "unknown";
    }
    return "unknown";
}

/// A record that could not be read says as little as a damaged one.
const char* nameOf(SeenExit exit) {
    switch (exit) {
        case SeenExit::kNone:
            return "none";
        case SeenExit::kValid:
            return "valid";
        case SeenExit::kForeign:
            return "foreign";
        case SeenExit::kDamaged:
        case SeenExit::kUnknown:
            return "damaged";
    }
    return "damaged";
}

template <class Value>
Json orNull(const std::optional<Value>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json encode(const RunningJob& job) {
    const auto& row = job.row;
    const auto& record = job.folder.record;
    return {{"id", raw(row.key.job)},
            {"attempt", row.key.attempt},
            {"task", row.task ? name(*row.task) : ""},
            {"project", row.project},
            {"stage", row.stage},
            {"agent", row.agent},
            {"lane", nameOf(row.lane)},
            {"pid", orNull(row.process.pid)},
            {"pid_start", orNull(row.process.pid_start)},
            {"same_host", job.same_host},
            {"same_boot", job.same_boot},
            {"starting", job.starting},
            {"running_ms", job.running.count()},
            {"limit_ms", job.limit ? Json(job.limit->count()) : Json(nullptr)},
            {"lock", nameOf(job.folder.lock)},
            {"process", lifeName(job.agent.liveness)},
            {"process_why", job.agent_why},
            {"group", job.others},
            {"exit", nameOf(job.folder.exit)},
            {"exit_code", record ? orNull(record->exit_code) : Json(nullptr)},
            {"signal", record ? orNull(record->signal) : Json(nullptr)}};
}

constexpr Milliseconds kLongest{std::chrono::hours{24 * 365}};

constexpr std::array kCauses{FlipCause::kExitRecord,
                             FlipCause::kProcessDied,
                             FlipCause::kPidReused,
                             FlipCause::kSpawnLost,
                             FlipCause::kOtherBoot,
                             FlipCause::kMaxRunning,
                             FlipCause::kUnknownLiveness};

FlipCause causeOf(const CallRequest& request) {
    const auto text = request.text("cause", 100);
    std::string known;
    for (const auto cause : kCauses) {
        if (text == nameOf(cause)) return cause;
        known += (known.empty() ? "" : ", ") + std::string(nameOf(cause));
    }
    request.refuse("cause must be one of " + known);
}

FlipOrder orderOf(const Call& call, const Why& why) {
    const auto& request = call.request;
    FlipOrder order{.key = {JobId{request.whole("job", 1, INT64_MAX)},
                            static_cast<int>(request.whole("attempt", 1, INT32_MAX))},
                    .cause = causeOf(request),
                    .by = {.process = {.pid = request.maybeWhole("pid", 1, INT32_MAX)},
                           .actor = actorOf(call.caller),
                           .rule = why.rule,
                           .decision = why.decision,
                           .evidence = why.evidence}};
    if (const auto start = request.maybeWhole("pid_start", 0, INT64_MAX)) {
        order.by.process.pid_start = static_cast<std::uint64_t>(*start);
    }
    return order;
}

/// In the transaction: may the plugin still, and does its entry still last?
std::function<bool(Tx&)> permitOf(const Caller& caller) {
    return [&gate = caller.gate,
            permit = caller.permit,
            cancelled = caller.cancelled,
            deadline = caller.deadline](Tx& tx) {
        return !cancelled.stop_requested() && tx.now().awake < deadline && gate.permits(permit);
    };
}

Json finish(const Call& call, FlipOrder order) {
    order.permit = permitOf(call.caller);
    const auto answered = call.world.flipper.flip(order);
    if (answered.result == FlipResult::kFinished || answered.result == FlipResult::kExitWon) {
        return answer("done", answered.why);
    }
    requirePermit(call.caller);
    requireTime(call.caller);
    return answer("nothing", answered.why);
}

}  // namespace

Json listRunningFor(const Call& call) {
    const Milliseconds alive_after{
        call.request.maybeWhole("alive_after_ms", 0, kLongest.count()).value_or(0)};
    const auto seen = call.world.running.look();
    Json jobs = Json::array();
    std::int64_t left_out = 0;
    for (const auto& job : seen.jobs) {
        const bool well = job.folder.lock == SeenLock::kHeld && job.running < alive_after;
        if (well) {
            ++left_out;
        } else {
            jobs.push_back(encode(job));
        }
    }
    return {
        {"self", lifeName(seen.self.liveness)}, {"jobs", std::move(jobs)}, {"left_out", left_out}};
}

Json finishJobFor(const Call& call) {
    const auto why = call.request.why();
    auto order = orderOf(call, why);
    const auto identity = name(order.key) + "\n" + std::string(nameOf(order.cause));
    const Deed deed{identity, "job " + std::to_string(raw(order.key.job)), why};
    return change(call, deed, [&] { return finish(call, order); });
}

}  // namespace orch

#include "core/names.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"

namespace orch {
namespace {

template <class T>
Json orNull(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

Json secondsOf(const Job& job, const Now& now) {
    if (!job.started_at) return {};
    if (job.status == JobStatus::kRunning) return secondsBetween(*job.started_at, now.at);
    return job.finished_at ? Json(secondsBetween(*job.started_at, *job.finished_at)) : Json();
}

}  // namespace

Json jobJson(const Job& job, const Now& now, bool adopted) {
    return {{"id", raw(job.id)},
            {"task", job.task ? Json(name(*job.task)) : Json()},
            {"project", job.project},
            {"stage", job.stage},
            {"agent", job.agent},
            {"kind", nameOf(job.payload.kind)},
            {"lane", nameOf(job.lane)},
            {"status", nameOf(job.status)},
            {"attempt", job.attempt},
            {"failures", job.failures},
            {"lost", job.lost_count},
            {"pid", orNull(job.pid)},
            {"created_at", timeJson(job.created_at, now)},
            {"started_at", timeJson(job.started_at, now)},
            {"finished_at", timeJson(job.finished_at, now)},
            {"run_at", timeJson(job.run_at, now)},
            {"seconds", secondsOf(job, now)},
            {"exit_code", orNull(job.exit_code)},
            {"reason", job.reason},
            {"adopted", adopted}};
}

Json attemptJson(const AttemptRow& attempt, const Now& now) {
    return {{"attempt", attempt.key.attempt},
            {"started_at", timeJson(attempt.started_at, now)},
            {"ended_at", timeJson(attempt.ended_at, now)},
            {"outcome", attempt.outcome ? Json(nameOf(*attempt.outcome)) : Json()},
            {"exit_code", orNull(attempt.exit_code)},
            {"signal", orNull(attempt.signal)},
            {"detail", attempt.detail},
            {"confinement", attempt.confinement.empty() ? Json() : Json(attempt.confinement)}};
}

}  // namespace orch

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "base/clock.hpp"
#include "core/job.hpp"
#include "core/task.hpp"
#include "pipeline/operator.hpp"
#include "store/jobs.hpp"
#include "store/journal.hpp"

namespace orch {

// How values look in the API; docs/api.md describes each. One .cpp a value.

/// "2026-11-22T14:00:00Z" or null.
[[nodiscard]] nlohmann::ordered_json timeJson(std::optional<Instant> at, const Now& now);
[[nodiscard]] nlohmann::ordered_json evidenceJson(const Evidence& evidence);
/// Seconds with one decimal from `since` to `until`.
[[nodiscard]] double secondsBetween(Instant since, Instant until);

[[nodiscard]] nlohmann::ordered_json jobJson(const Job& job, const Now& now, bool adopted);
[[nodiscard]] nlohmann::ordered_json attemptJson(const AttemptRow& attempt, const Now& now);
/// `live_job`: its job's JSON, or null.
[[nodiscard]] nlohmann::ordered_json taskJson(const Task& task,
                                              const Now& now,
                                              const nlohmann::ordered_json& live_job);
/// What a person may answer to.
[[nodiscard]] nlohmann::ordered_json standingJson(const std::vector<Standing>& standing);
[[nodiscard]] nlohmann::ordered_json explanationJson(const Explanation& explanation);
[[nodiscard]] nlohmann::ordered_json journalJson(const JournalRow& row, const Now& now);

}  // namespace orch

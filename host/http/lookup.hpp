#pragma once

#include "core/job.hpp"
#include "core/task.hpp"
#include "http/api.hpp"
#include "http/exchange.hpp"

namespace orch {

// What the handlers share: finding what an address names. All throw Rejected (404) for something
// that does not exist.

[[nodiscard]] TaskId taskIdIn(const Request& request);
[[nodiscard]] JobId jobIdIn(const Request& request);
[[nodiscard]] Task taskOrThrow(Connection& db, TaskId id);
[[nodiscard]] Job jobOrThrow(Connection& db, JobId id);
/// The same, with the reason of now where one row tells what it waits for.
[[nodiscard]] Job withWaiting(const Api& api, Job job);
[[nodiscard]] bool isAdopted(const Api& api, const Job& job);

}  // namespace orch

#pragma once

#include <optional>

#include "base/ids.hpp"
#include "store/connection.hpp"

namespace orch {

// What the database needs no more. A row counts from when it was last of use; rows that a task
// which is not done or cancelled may still need are not touched whatever their age.

/// Deletes at most `limit` finished jobs older than `before`, oldest first, with their attempts;
/// how many. An attempt that may still be alive (tasks.blocked_by) keeps its job.
int pruneJobs(Tx& tx, Instant before, int limit);
/// When the oldest job that pruneJobs() would take was finished.
[[nodiscard]] std::optional<Instant> oldestPrunableJob(Connection& db);

/// Deletes at most `limit` delivered messages older than `before`, and empties as many bodies of
/// processed webhooks: their ids and hashes stay, so that a repetition is still known. How many.
int pruneMessages(Tx& tx, Instant before, int limit);
[[nodiscard]] std::optional<Instant> oldestPrunableMessage(Connection& db);

/// When the job of this attempt was finished, if nobody needs the attempt's folder any more.
[[nodiscard]] std::optional<Instant> settledAt(Connection& db, AttemptKey key);

}  // namespace orch

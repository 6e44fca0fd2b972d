#include "store/prune.hpp"

namespace orch {

namespace {

#define ORCH_JOB_IS_OVER                                                               \
    "finished_at IS NOT NULL AND id NOT IN "                                           \
    "(SELECT blocked_job FROM tasks WHERE blocked_job IS NOT NULL) AND "               \
    "(task_id IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE tasks.id=jobs.task_id AND " \
    "tasks.state IN ('done','cancelled')))"

// A message with the same key is dropped as long as the row is there: it stays while its task may
// write it again.
#define ORCH_MESSAGE_IS_OVER                                              \
    "delivered_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tasks WHERE " \
    "'T-' || tasks.id=outbox.subject AND tasks.state NOT IN ('done','cancelled'))"

constexpr char kPruneJobs[] =
    "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE " ORCH_JOB_IS_OVER
    " AND finished_at<? ORDER BY finished_at LIMIT ?)";
constexpr char kOldestJob[] =
    "SELECT finished_at FROM jobs WHERE " ORCH_JOB_IS_OVER " ORDER BY finished_at LIMIT 1";
constexpr char kSettledAt[] =
    "SELECT finished_at FROM jobs WHERE id=? AND attempt>=? AND " ORCH_JOB_IS_OVER;

constexpr char kPruneOutbox[] =
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE " ORCH_MESSAGE_IS_OVER
    " AND delivered_at<? ORDER BY delivered_at LIMIT ?)";
constexpr char kEmptyInbox[] =
    "UPDATE inbox SET body=NULL WHERE id IN (SELECT id FROM inbox WHERE processed_at IS NOT NULL "
    "AND body IS NOT NULL AND processed_at<? ORDER BY processed_at LIMIT ?)";
constexpr char kOldestMessage[] =
    "SELECT min(at) FROM (SELECT * FROM (SELECT delivered_at AS at FROM outbox "
    "WHERE " ORCH_MESSAGE_IS_OVER
    " ORDER BY delivered_at LIMIT 1) UNION ALL SELECT * FROM (SELECT processed_at FROM inbox WHERE "
    "processed_at IS NOT NULL AND body IS NOT NULL ORDER BY processed_at LIMIT 1))";

#undef ORCH_JOB_IS_OVER
#undef ORCH_MESSAGE_IS_OVER

std::optional<Instant> instantOf(Statement& query) {
    if (!query.step() || query.isNull(0)) return std::nullopt;
    return fromMilliseconds(query.integer(0));
}

}  // namespace

int pruneJobs(Tx& tx, Instant before, int limit) {
    return tx.db().prepared(kPruneJobs).bind(toMilliseconds(before), limit).run();
}

std::optional<Instant> oldestPrunableJob(Connection& db) {
    return instantOf(db.prepared(kOldestJob).bind());
}

int pruneMessages(Tx& tx, Instant before, int limit) {
    const int outbox = tx.db().prepared(kPruneOutbox).bind(toMilliseconds(before), limit).run();
    return outbox + tx.db().prepared(kEmptyInbox).bind(toMilliseconds(before), limit).run();
}

std::optional<Instant> oldestPrunableMessage(Connection& db) {
    return instantOf(db.prepared(kOldestMessage).bind());
}

std::optional<Instant> settledAt(Connection& db, AttemptKey key) {
    return instantOf(db.prepared(kSettledAt).bind(raw(key.job), key.attempt));
}

}  // namespace orch

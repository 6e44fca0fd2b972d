#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/verdict.hpp"
#include "store/connection.hpp"

namespace orch {

/// One automatic or ordered action (X3): who, on what, by which rule, what was decided and on what
/// evidence. Append-only. Never holds a secret.
struct JournalEntry {
    std::string actor;    ///< "engine", "operator:me", "worker", "plugin:reaper#3" (its generation)
    std::string subject;  ///< "T-3", "job 7", "queue"
    std::string rule;     ///< short and stable: "finish", "advance", "park", "adopt"
    std::string decision;  ///< a sentence
    Evidence evidence;
    std::string mode = "live";
};
struct JournalRow : JournalEntry {
    std::int64_t seq{};
    Instant at{};
};

std::int64_t writeJournal(Tx& tx, const JournalEntry& entry);

/// Which rows; what is empty asks for nothing.
struct JournalFilter {
    JournalFilter() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): mostly it is the subject that is asked for
    JournalFilter(std::string about, std::string by = "")
        : subject(std::move(about)), actor(std::move(by)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    JournalFilter(const char* about) : subject(about) {}
    std::string subject;
    std::string actor;  ///< up to '#': "plugin:reaper" asks for all its generations
};
/// Rows with seq > after, oldest first. What it costs depends on the rows asked for, not on the
/// history (with both a subject and an actor: on the subject's).
[[nodiscard]] std::vector<JournalRow> readJournal(Connection& db,
                                                  const JournalFilter& filter,
                                                  std::int64_t after,
                                                  int limit);
/// The newest rows, oldest of them first.
[[nodiscard]] std::vector<JournalRow> lastJournal(Connection& db,
                                                  const JournalFilter& filter,
                                                  int limit);

/// A small message to the outside, delivered until it is observed (outbox runner).
struct OutboxRow {
    std::int64_t id{};
    std::string kind;  ///< "notify", "tracker.state", "tracker.comment"
    std::string target, subject, text, key;
    int tries = 0;
};
/// Once per key: a second message with the same key is dropped.
void writeOutbox(Tx& tx, const OutboxRow& row);
[[nodiscard]] std::vector<OutboxRow> dueOutbox(Connection& db, Instant now, int limit);
void outboxDelivered(Tx& tx, std::int64_t id);
void outboxFailed(Tx& tx, std::int64_t id, const std::string& error, Instant again_at);

}  // namespace orch

#include "store/journal.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/codec.hpp"
#include "store/journal_sql.hpp"

namespace orch {
namespace {

/// How to ask on from a number, and for the newest: ?1 subject, ?2 actor, ?3 after, ?4 limit.
struct Question {
    const char* on;
    const char* newest;
};

// NOLINTBEGIN(cppcoreguidelines-macro-usage): a statement is kept by its literal
#define ORCH_JOURNAL_WHERE(condition)                                              \
    "SELECT seq, at, actor, subject, rule, decision, evidence, mode FROM journal " \
    "WHERE " condition " AND seq>?3 ORDER BY seq "
#define ORCH_JOURNAL_QUESTION(condition)                                                        \
    Question {                                                                                  \
        ORCH_JOURNAL_WHERE(condition) "LIMIT ?4", ORCH_JOURNAL_WHERE(condition) "DESC LIMIT ?4" \
    }
// NOLINTEND(cppcoreguidelines-macro-usage)

// The plus keeps SQLite from the actor's index where the subject says more.
constexpr auto kOfAll = ORCH_JOURNAL_QUESTION("?1='' AND ?2=''");
constexpr auto kOfSubject = ORCH_JOURNAL_QUESTION("subject=?1 AND ?2=''");
constexpr auto kOfActor = ORCH_JOURNAL_QUESTION("?1='' AND " ORCH_ACTOR_STEM "=?2");
constexpr auto kOfBoth = ORCH_JOURNAL_QUESTION("subject=?1 AND +" ORCH_ACTOR_STEM "=?2");

const Question& questionOf(const JournalFilter& filter) {
    if (filter.subject.empty()) return filter.actor.empty() ? kOfAll : kOfActor;
    return filter.actor.empty() ? kOfSubject : kOfBoth;
}

Evidence readEvidence(const Statement& row) {
    try {
        return decodeEvidence(row.text(6), "journal row " + std::to_string(row.integer(0)));
    } catch (const StoreError& error) {
        return {{"damaged", error.what()}};
    }
}

std::vector<JournalRow> readRows(Statement& query) {
    std::vector<JournalRow> rows;
    while (query.step()) {
        JournalRow row;
        row.seq = query.integer(0);
        row.at = fromMilliseconds(query.integer(1));
        row.actor = query.text(2);
        row.subject = query.text(3);
        row.rule = query.text(4);
        row.decision = query.text(5);
        row.evidence = readEvidence(query);
        row.mode = query.text(7);
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

std::int64_t writeJournal(Tx& tx, const JournalEntry& entry) {
    tx.db()
        .prepared(
            "INSERT INTO journal(at, actor, subject, rule, decision, evidence, mode) "
            "VALUES(?, ?, ?, ?, ?, ?, ?)")
        .bind(toMilliseconds(tx.at()),
              entry.actor,
              entry.subject,
              entry.rule,
              entry.decision,
              encodeEvidence(entry.evidence),
              entry.mode)
        .run();
    return tx.db().lastInsertId();
}

std::vector<JournalRow> readJournal(Connection& db,
                                    const JournalFilter& filter,
                                    std::int64_t after,
                                    int limit) {
    auto& query = db.prepared(questionOf(filter).on);
    return readRows(query.bind(filter.subject, filter.actor, after, limit));
}

std::vector<JournalRow> lastJournal(Connection& db, const JournalFilter& filter, int limit) {
    auto& query = db.prepared(questionOf(filter).newest);
    auto rows = readRows(query.bind(filter.subject, filter.actor, 0, limit));
    std::reverse(rows.begin(), rows.end());
    return rows;
}

}  // namespace orch

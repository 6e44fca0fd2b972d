#include "store/journal.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/codec.hpp"

namespace orch {
namespace {

#define ORCH_JOURNAL_SELECT \
    "SELECT seq, at, actor, subject, rule, decision, evidence, mode FROM journal "

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
                                    const std::string& subject,
                                    std::int64_t after,
                                    int limit) {
    if (subject.empty()) {
        return readRows(
            db.prepared(ORCH_JOURNAL_SELECT "WHERE seq>? ORDER BY seq LIMIT ?").bind(after, limit));
    }
    return readRows(
        db.prepared(ORCH_JOURNAL_SELECT "WHERE subject=? AND seq>? ORDER BY seq LIMIT ?")
            .bind(subject, after, limit));
}

std::vector<JournalRow> lastJournal(Connection& db, const std::string& subject, int limit) {
    auto rows =
        subject.empty()
            ? readRows(db.prepared(ORCH_JOURNAL_SELECT "ORDER BY seq DESC LIMIT ?").bind(limit))
            : readRows(db.prepared(ORCH_JOURNAL_SELECT "WHERE subject=? ORDER BY seq DESC LIMIT ?")
                           .bind(subject, limit));
    std::reverse(rows.begin(), rows.end());
    return rows;
}

}  // namespace orch

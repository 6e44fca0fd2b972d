#include "store/journal.hpp"

namespace orch {

void writeOutbox(Tx& tx, const OutboxRow& row) {
    tx.db()
        .prepared(
            "INSERT INTO outbox(kind, target, subject, text, key, created_at, next_at) "
            "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT(key) WHERE key<>'' DO NOTHING")
        .bind(row.kind, row.target, row.subject, row.text, row.key, toMilliseconds(tx.at()))
        .run();
}

std::vector<OutboxRow> dueOutbox(Connection& db, Instant now, int limit) {
    auto& query = db.prepared(
                        "SELECT id, kind, target, subject, text, key, tries FROM outbox "
                        "WHERE delivered_at IS NULL AND next_at<=? ORDER BY next_at, id LIMIT ?")
                      .bind(toMilliseconds(now), limit);
    std::vector<OutboxRow> rows;
    while (query.step()) {
        rows.push_back({query.integer(0),
                        query.text(1),
                        query.text(2),
                        query.text(3),
                        query.text(4),
                        query.text(5),
                        static_cast<int>(query.integer(6))});
    }
    return rows;
}

void outboxDelivered(Tx& tx, std::int64_t id) {
    tx.db()
        .prepared(
            "UPDATE outbox SET delivered_at=?, tries=tries+1, last_error='' "
            "WHERE id=? AND delivered_at IS NULL")
        .bind(toMilliseconds(tx.at()), id)
        .run();
}

void outboxFailed(Tx& tx, std::int64_t id, const std::string& error, Instant again_at) {
    tx.db()
        .prepared(
            "UPDATE outbox SET tries=tries+1, last_error=?, next_at=? "
            "WHERE id=? AND delivered_at IS NULL")
        .bind(error, toMilliseconds(again_at), id)
        .run();
}

}  // namespace orch

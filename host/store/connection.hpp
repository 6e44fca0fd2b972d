#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/mask.hpp"
#include "store/statement.hpp"

namespace orch {

/// One session of Poco::Data on the database file with a cache of prepared statements.
/// Used by one thread at a time.
class Connection {
public:
    enum class Mode { kWrite, kRead };
    /// What `mask` hides gets into no statement.
    Connection(const std::filesystem::path& file, Mode mode, Mask mask = {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The prepared statement for `sql`, kept by the address of the literal: pass literals only.
    Statement& prepared(const char* sql);
    /// Runs statements without parameters (schema, pragmas, transactions).
    void execute(std::string_view sql);
    [[nodiscard]] std::int64_t lastInsertId() const;
    /// False when SQLite has rolled the transaction back by itself (disk full, I/O error).
    [[nodiscard]] bool inTransaction() const;
    /// Ends every query that was not read to its end: it would keep its snapshot open.
    void resetStatements();
    /// SQLite's own handle, for what Poco::Data has no words for.
    [[nodiscard]] sqlite3* native() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Runs `work` between BEGIN IMMEDIATE and COMMIT; when it throws, nothing of it remains. For the
/// time before there is a writer.
template <class F>
auto inTransaction(Connection& db, F work) {
    db.execute("BEGIN IMMEDIATE");
    try {
        auto result = work();
        db.resetStatements();
        db.execute("COMMIT");
        return result;
    } catch (...) {
        db.resetStatements();
        if (db.inTransaction()) db.execute("ROLLBACK");
        throw;
    }
}

/// What a closure on the writer's thread works with. Database work only: posting from inside is a
/// bug and ends the process.
class Tx {
public:
    Tx(Connection& db, Now now) : db_(db), now_(now) {}
    [[nodiscard]] Connection& db() { return db_; }
    [[nodiscard]] const Now& now() const { return now_; }
    [[nodiscard]] Instant at() const { return now_.at; }

private:
    Connection& db_;
    Now now_;
};

}  // namespace orch

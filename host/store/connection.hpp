#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "store/statement.hpp"

namespace orch {

/// One session of Poco::Data on the database file with a cache of prepared statements.
/// Used by one thread at a time.
class Connection {
public:
    enum class Mode { kWrite, kRead };
    Connection(const std::filesystem::path& file, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The prepared statement for `sql`, kept by the address of the literal: pass literals only.
    Statement& prepared(const char* sql);
    /// Runs statements without parameters (schema, pragmas, transactions).
    void execute(std::string_view sql);
    [[nodiscard]] std::int64_t lastInsertId() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

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

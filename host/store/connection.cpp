#include "store/connection.hpp"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <cstring>
#include <mutex>
#include <unordered_map>

#include "base/error.hpp"

namespace orch {
namespace {

// The writer checkpoints by itself, when nothing waits (writer.cpp): SQLite's automatic checkpoint
// would put 5 to 8 ms into an arbitrary commit.
constexpr const char* kBoth[] = {"PRAGMA busy_timeout=5000", "PRAGMA temp_store=MEMORY"};
constexpr const char* kForWriting[] = {"PRAGMA journal_mode=WAL",
                                       "PRAGMA synchronous=FULL",
                                       "PRAGMA foreign_keys=ON",
                                       "PRAGMA wal_autocheckpoint=0",
                                       "PRAGMA journal_size_limit=67108864",
                                       "PRAGMA cache_size=-16384"};
constexpr const char* kForReading[] = {"PRAGMA query_only=ON"};

Poco::Data::Session openSession(const std::filesystem::path& file) {
    static std::once_flag registered;
    std::call_once(registered, [] { Poco::Data::SQLite::Connector::registerConnector(); });
    try {
        // Absolute, since SQLite would read "file:…" as a URI.
        return {"SQLite", std::filesystem::absolute(file).string()};
    } catch (const Poco::Exception& error) {
        throw StoreError("open database " + file.string() + ": " + error.displayText() +
                         "; check the path and its permissions");
    }
}

}  // namespace

struct Connection::Impl {
    struct Kept {
        std::string sql;
        std::unique_ptr<Statement> statement;
    };

    Impl(const std::filesystem::path& database, Mask hides)
        : file(database),
          mask(std::move(hides)),
          session(openSession(database)),
          db(Poco::Data::SQLite::Utility::dbHandle(session)) {}

    std::filesystem::path file;
    Mask mask;
    Poco::Data::Session session;
    sqlite3* db;
    std::unordered_map<const char*, Kept> statements;
};

Connection::Connection(const std::filesystem::path& file, Mode mode, Mask mask)
    : impl_(std::make_unique<Impl>(file, std::move(mask))) {
    for (const char* pragma : kBoth) execute(pragma);
    if (mode == Mode::kWrite) {
        for (const char* pragma : kForWriting) execute(pragma);
    } else {
        for (const char* pragma : kForReading) execute(pragma);
    }
}

Connection::~Connection() = default;

Statement& Connection::prepared(const char* sql) {
    auto& kept = impl_->statements[sql];
    // Compared as well, should somebody pass a buffer that is not a literal.
    if (!kept.statement || kept.sql != sql) {
        kept.statement = std::make_unique<Statement>(impl_->db, sql, impl_->mask);
        kept.sql = sql;
    }
    return *kept.statement;
}

void Connection::execute(std::string_view sql) {
    try {
        impl_->session << std::string(sql), Poco::Data::Keywords::now;
    } catch (const Poco::Exception& error) {
        throw StoreError("database " + impl_->file.string() + ": " + std::string(sql) + ": " +
                         error.displayText());
    }
}

std::int64_t Connection::lastInsertId() const {
    return sqlite3_last_insert_rowid(impl_->db);
}

bool Connection::inTransaction() const {
    return sqlite3_get_autocommit(impl_->db) == 0;
}

void Connection::resetStatements() {
    sqlite3_stmt* each = nullptr;
    while ((each = sqlite3_next_stmt(impl_->db, each)) != nullptr) {
        if (sqlite3_stmt_busy(each) != 0) sqlite3_reset(each);
    }
}

sqlite3* Connection::native() const {
    return impl_->db;
}

}  // namespace orch

#include "store/statement.hpp"

#include <sqlite3.h>

#include <utility>

#include "store/medium_error.hpp"

namespace orch {
namespace {

bool isOfTheMedium(int code) {
    switch (code) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
            return true;
        default:
            return false;
    }
}

[[noreturn]] void fail(sqlite3* db, std::string_view sql) {
    constexpr std::size_t kShown = 120;
    const auto sentence = "database: " + std::string(sql.substr(0, kShown)) +
                          (sql.size() > kShown ? "…" : "") + ": " + sqlite3_errmsg(db) +
                          " (SQLite " + std::to_string(sqlite3_extended_errcode(db)) + ")";
    if (isOfTheMedium(sqlite3_errcode(db) & 0xff)) throw MediumError(sentence);
    throw StoreError(sentence);
}

}  // namespace

Statement::Statement(sqlite3* db, std::string_view sql, Mask mask)
    : db_(db), mask_(std::move(mask)) {
    const int answer = sqlite3_prepare_v3(db,
                                          sql.data(),
                                          static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT,
                                          &statement_,
                                          nullptr);
    if (answer != SQLITE_OK) fail(db, sql);
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

bool Statement::step() {
    const int answer = sqlite3_step(statement_);
    if (answer == SQLITE_ROW) return true;
    if (answer == SQLITE_DONE) return false;
    const std::string sql = sqlite3_sql(statement_);
    // Without the reset the failed statement stays open and keeps its locks; it repeats the error.
    sqlite3_reset(statement_);
    fail(db_, sql);
}

int Statement::run() {
    while (step()) {
    }
    return sqlite3_changes(db_);
}

bool Statement::isNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {static_cast<const char*>(bytes), size};
}

std::optional<std::int64_t> Statement::maybeInteger(int column) const {
    if (isNull(column)) return std::nullopt;
    return integer(column);
}

void Statement::reset() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Statement::bindOne(int index, std::int64_t value) {
    if (sqlite3_bind_int64(statement_, index, value) != SQLITE_OK) {
        fail(db_, sqlite3_sql(statement_));
    }
}

void Statement::bindOne(int index, std::string_view value) {
    if (!mask_.hidesAnything()) return bindText(index, value);
    bindText(index, mask_.hide(value));
}

void Statement::bindText(int index, std::string_view value) {
    const char* bytes = value.data() == nullptr ? "" : value.data();
    const int answer = sqlite3_bind_text64(
        statement_, index, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);  // NOLINT
    if (answer != SQLITE_OK) fail(db_, sqlite3_sql(statement_));
}

void Statement::bindOne(int index, std::nullopt_t) {
    if (sqlite3_bind_null(statement_, index) != SQLITE_OK) fail(db_, sqlite3_sql(statement_));
}

}  // namespace orch

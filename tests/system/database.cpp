#include "system/database.hpp"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace orch::testing {

namespace {

constexpr int kBusyMilliseconds = 10'000;

int addRow(void* rows, int count, char** values, char** /*names*/) {
    auto& row = static_cast<std::vector<std::vector<std::string>>*>(rows)->emplace_back();
    for (int i = 0; i < count; ++i) row.emplace_back(values[i] != nullptr ? values[i] : "");
    return 0;
}

std::vector<std::vector<std::string>> run(const std::filesystem::path& database,
                                          const std::string& sql,
                                          int mode) {
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(database.c_str(), &handle, mode, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(handle, sqlite3_close);
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    std::vector<std::vector<std::string>> rows;
    if (opened == SQLITE_OK &&
        sqlite3_exec(handle, sql.c_str(), addRow, &rows, nullptr) == SQLITE_OK) {
        return rows;
    }
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle));
}

}  // namespace

std::vector<std::vector<std::string>> query(const std::filesystem::path& database,
                                            const std::string& sql) {
    return run(database, sql, SQLITE_OPEN_READONLY);
}

void change(const std::filesystem::path& database, const std::string& sql) {
    (void)run(database, sql, SQLITE_OPEN_READWRITE);
}

WriteLock::WriteLock(const std::filesystem::path& database) {
    const int opened = sqlite3_open_v2(database.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr);
    sqlite3_busy_timeout(handle_, kBusyMilliseconds);
    if (opened == SQLITE_OK &&
        sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK) {
        return;
    }
    const std::string reason = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw std::runtime_error("the database cannot be locked: " + reason);
}

WriteLock::~WriteLock() {
    sqlite3_close(handle_);
}

}  // namespace orch::testing

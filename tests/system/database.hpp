#pragma once

#include <filesystem>
#include <string>
#include <vector>

struct sqlite3;

namespace orch::testing {

/// What the query answers, each value as text ("" for NULL); read-only, whether orchd runs or not.
/// Throws std::runtime_error.
[[nodiscard]] std::vector<std::vector<std::string>> query(const std::filesystem::path& database,
                                                          const std::string& sql);

/// Holds the database's one lock for writing, as a backup or an impatient person with a shell does.
class WriteLock {
public:
    /// Waits for it. Throws std::runtime_error.
    explicit WriteLock(const std::filesystem::path& database);
    ~WriteLock();
    WriteLock(const WriteLock&) = delete;
    WriteLock& operator=(const WriteLock&) = delete;

private:
    sqlite3* handle_ = nullptr;
};

/// Changes a database that nobody uses. Throws std::runtime_error.
void change(const std::filesystem::path& database, const std::string& sql);

}  // namespace orch::testing

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace orch::testing {

/// What the query answers, each value as text ("" for NULL); read-only, whether orchd runs or not.
/// Throws std::runtime_error.
[[nodiscard]] std::vector<std::vector<std::string>> query(const std::filesystem::path& database,
                                                          const std::string& sql);

/// Changes a database that nobody uses. Throws std::runtime_error.
void change(const std::filesystem::path& database, const std::string& sql);

}  // namespace orch::testing

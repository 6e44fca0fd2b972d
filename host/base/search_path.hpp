#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orch {

/// Is it a regular file that we may execute?
[[nodiscard]] bool isProgram(const std::filesystem::path& file);

/// The first program of this name in the folders of `search_path` (as in PATH; an empty folder is
/// the current one). Nothing for a name with a slash, which is not searched for.
[[nodiscard]] std::optional<std::filesystem::path> findProgram(const std::string& name,
                                                               const std::string& search_path);

}  // namespace orch

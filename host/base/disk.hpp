#pragma once

#include <cstdint>
#include <filesystem>

namespace orch {

/// How many bytes this user may still write on the file system that holds `path`. Blocks when the
/// disk does not answer. Throws Error naming the path.
[[nodiscard]] std::uint64_t freeBytes(const std::filesystem::path& path);

}  // namespace orch

#pragma once

#include <cstdint>
#include <filesystem>

namespace orch {

/// The sizes of the regular files below `folder`, added up: of what can be seen, as somebody may
/// be at work in there. Follows no symbolic link; never throws for what is missing.
[[nodiscard]] std::uint64_t bytesIn(const std::filesystem::path& folder);

}  // namespace orch

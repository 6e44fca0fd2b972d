#pragma once

#include <filesystem>
#include <string>

namespace orch {

/// The secret that every change needs: <state_dir>/token, mode 0600. Makes the file with 64 random
/// hex digits when there is none; it exists whole or not at all, and nobody's file is overwritten.
/// Throws Error when others can read it, it is not a file of ours, or holds less than 32 letters.
[[nodiscard]] std::string ensureToken(const std::filesystem::path& state_dir);

}  // namespace orch

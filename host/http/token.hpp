#pragma once

#include <filesystem>
#include <string>

namespace orch {

/// What opens orchd's API: <state_dir>/token everything, <state_dir>/read-token whatever only
/// reads.
inline constexpr const char* kTokenFile = "token";
inline constexpr const char* kReadTokenFile = "read-token";

/// The secret in the file `name` of the state folder, mode 0600. Makes it with 64 random hex digits
/// when there is none; it exists whole or not at all, and nobody's file is overwritten. Throws
/// Error when others can read it, it is not a file of ours, or holds less than 32 letters.
[[nodiscard]] std::string ensureToken(const std::filesystem::path& state_dir,
                                      const char* name = kTokenFile);

}  // namespace orch

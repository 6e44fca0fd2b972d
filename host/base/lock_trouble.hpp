#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orch {

/// The system's calls that the test tries; tests of the test hand in others.
struct LockCalls {
    int (*flock)(int, int);
    int (*link)(const char*, const char*);
};
[[nodiscard]] LockCalls systemLockCalls();

/// Do flock(2) and link(2) do in this folder what leases and locks rely on: does a lock keep others
/// out and end with its descriptor, does a link never replace a file? A sentence for the operator
/// when they do not, nothing when they do. Leaves nothing behind.
[[nodiscard]] std::optional<std::string> lockTrouble(const std::filesystem::path& folder,
                                                     const LockCalls& calls = systemLockCalls());

}  // namespace orch

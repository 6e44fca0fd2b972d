#pragma once

#include <cstdint>

namespace orch {

// What linux/landlock.h has, and what later kernels added to it: Debian 12's is of version 2.

struct LandlockRuleset {
    std::uint64_t handled_access_fs = 0;
    std::uint64_t handled_access_net = 0;  ///< since version 4
    std::uint64_t scoped = 0;              ///< since version 6
};

struct __attribute__((packed)) LandlockPathBeneath {
    std::uint64_t allowed_access;
    std::int32_t parent_fd;
};

namespace landlock {

inline constexpr std::uint64_t kExecute = 1U << 0U;
inline constexpr std::uint64_t kWriteFile = 1U << 1U;
inline constexpr std::uint64_t kReadFile = 1U << 2U;
inline constexpr std::uint64_t kReadDir = 1U << 3U;
inline constexpr std::uint64_t kFirstVersion = (1U << 13U) - 1;  ///< every right of version 1
inline constexpr std::uint64_t kRefer = 1U << 13U;               ///< since version 2
inline constexpr std::uint64_t kTruncate = 1U << 14U;            ///< since version 3

inline constexpr std::uint64_t kScopeAbstractSocket = 1U << 0U;  ///< since version 6
inline constexpr std::uint64_t kScopeSignal = 1U << 1U;          ///< since version 6

/// The version the kernel has, or -1 with errno.
[[nodiscard]] int version();
/// A descriptor (close-on-exec), or -1 with errno. What the kernel's version does not know must be
/// 0.
[[nodiscard]] int createRuleset(const LandlockRuleset& ruleset, int version);
/// 0, or -1 with errno.
[[nodiscard]] int allowBeneath(int ruleset, const LandlockPathBeneath& rule);
/// Async-signal-safe; needs PR_SET_NO_NEW_PRIVS. 0, or -1 with errno.
[[nodiscard]] int restrictSelf(int ruleset);

}  // namespace landlock

}  // namespace orch

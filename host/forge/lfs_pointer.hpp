#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orch {

/// What git holds in the place of a file that is kept in git LFS (git-lfs, docs/spec.md).
struct LfsPointer {
    std::string oid;       ///< SHA-256 of the content: 64 digits of lower-case hex
    std::uint64_t size{};  ///< of the content, in bytes

    friend bool operator==(const LfsPointer&, const LfsPointer&) = default;
};

/// git-lfs reads nothing of so many bytes or more as a pointer.
constexpr std::uint64_t kLfsPointerLimit = 1024;

/// Nothing unless the text is a pointer just as git-lfs writes it: its version 1, lines of
/// extensions, oid, size, and nothing else.
[[nodiscard]] std::optional<LfsPointer> parseLfsPointer(std::string_view text);

}  // namespace orch

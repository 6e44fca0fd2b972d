#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/lease.hpp"

namespace orch {

inline constexpr int kLeaseFormat = 1;

/// The content of a lease file: JSON, a line a key, so that people can read it.
[[nodiscard]] std::string writeLease(const Lease& lease);

/// The reverse; nothing when the text is damaged or of a format that this program cannot know: it
/// reads its own and the next one, and ignores keys it does not know.
[[nodiscard]] std::optional<Lease> readLease(std::string_view text);

}  // namespace orch

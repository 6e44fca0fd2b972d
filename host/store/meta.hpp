#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/connection.hpp"

namespace orch {

// schema_meta: the few facts about the database itself.

namespace meta_key {
inline constexpr std::string_view kMinReader = "min_reader";
inline constexpr std::string_view kQueuePaused = "queue_paused";
inline constexpr std::string_view kBootId = "boot_id";
inline constexpr std::string_view kBootOffset = "boot_offset_ms";
inline constexpr std::string_view kDiskShort = "disk_short";
inline constexpr std::string_view kLastSeen = "last_seen_ms";
inline const std::string kHeldSince = "held_since_ms:";  ///< and the project's name
inline const std::string kHeldCause = "held_cause:";     ///< the same; empty: not held
}  // namespace meta_key

[[nodiscard]] std::optional<std::string> readMeta(Connection& db, std::string_view key);
/// Throws StoreError when the value is not a whole number.
[[nodiscard]] std::optional<std::int64_t> readMetaNumber(Connection& db, std::string_view key);
void writeMeta(Connection& db, std::string_view key, std::string_view value);

}  // namespace orch

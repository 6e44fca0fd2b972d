#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "store/store.hpp"

namespace orch {

struct BackupProgress {
    std::uint64_t done{}, total{};  ///< bytes
};
/// Called after every piece: waits as long as it is told, so that the daemon's own writes get the
/// disk as well, and answers whether to go on. What it throws ends the backup.
using BackupRest = std::function<bool(const BackupProgress&, Milliseconds)>;

struct BackupMade {
    std::uint64_t bytes{};
    std::string check;  ///< what `PRAGMA integrity_check` said of the copy: "ok"
};

/// Throws Refused when `file` cannot become a backup: not absolute, there already, in no folder, or
/// the disk has no room for it.
void requireBackupPossible(Store& store, const std::filesystem::path& file);

/// Throws Refused when `file` would lie in `folder` or below it, links followed: what orchd keeps
/// there is lost together with it.
void requireOutside(const std::filesystem::path& folder, const std::filesystem::path& file);

/// Copies the database as it is at one moment into `file` (mode 0600) while everybody works on (ADR
/// 0012): complete up to that moment, on the disk, checked, and under that name only then. One read
/// transaction lasts over the copy, so writes neither change nor restart it. Blocks; on any
/// thread but the writer's. Throws StoreError naming the file, or Refused; nothing is left then.
[[nodiscard]] BackupMade backUp(Store& store,
                                const std::filesystem::path& file,
                                const BackupRest& rest);

}  // namespace orch

#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace orch::ctl {

/// Why `path` must not decide anything: somebody else than this user and root could have made or
/// changed it, or a folder or link on the way to it. A clause for people, "others can write
/// /srv/shared"; empty when only they could, or nothing is there. A folder for everybody in which
/// each may change only what is his own (/tmp) may be on the way.
[[nodiscard]] std::string whyUntrusted(const std::filesystem::path& path);

/// The outermost state folder of an orchd that `folder` is or lies in: what is in there agents may
/// have written (worktrees, artefacts, temporary files).
[[nodiscard]] std::optional<std::filesystem::path> stateFolderAround(
    const std::filesystem::path& folder);

}  // namespace orch::ctl

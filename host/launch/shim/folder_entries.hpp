#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orch {

/// One level of a folder, as it was at some moment: others may change it meanwhile.
struct FolderEntry {
    std::string name;
    /// S_IFDIR, S_IFLNK, ... as the listing has it: of what is below where something is mounted
    /// over a file; 0: the listing does not say.
    mode_t type = 0;
};

/// In no order. No entries for what is no folder, is a symbolic link or cannot be listed; nothing
/// when there are more than `most`, which are not read to their end.
[[nodiscard]] std::optional<std::vector<FolderEntry>> entriesOf(const std::filesystem::path& folder,
                                                                std::size_t most);

/// S_IFDIR, S_IFLNK, ... of an entry, or with an empty name of `folder` itself, which may be
/// anything that is open; 0: gone, or not shown to us. Nobody whose file system it is is asked, so
/// nobody can keep us waiting.
[[nodiscard]] mode_t typeOf(int folder, const char* name);

}  // namespace orch

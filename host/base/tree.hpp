#pragma once

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace orch {

/// Walks through folders that an agent may have filled: by descriptors, so that neither a link that
/// somebody puts on the way nor the length of a path matters; one folder is open at a time however
/// deep it goes; nothing recurses; and the bounds hold whatever is in there.
struct TreeLimits {
    std::size_t depth = 200'000;
    std::uint64_t entries = 5'000'000;
    std::size_t waiting = 500'000;  ///< folders found and not yet entered: each costs its name
    std::chrono::milliseconds time = std::chrono::minutes{2};
};

/// One entry, held by a descriptor that opens nothing (O_PATH): `info` is of exactly that thing.
struct TreeEntry {
    int fd;
    const struct stat& info;
    std::string_view name;
};

struct TreeSeen {
    std::uint64_t entries = 0;
    std::string incomplete;  ///< why not all was seen, a clause for people; empty when all was
};

/// Calls `visit` for `root` and for all below it, a folder before what is in it. A symbolic link is
/// visited, not followed. What is gone meanwhile is passed over. Throws only what `visit` throws.
[[nodiscard]] TreeSeen walkTree(const std::filesystem::path& root,
                                const std::function<void(const TreeEntry&)>& visit,
                                const TreeLimits& limits = {});

/// Removes `root` and all below it, whatever its depth; folders that somebody made read-only are
/// made writable before. A symbolic link is removed, not followed. Nothing happens when there is no
/// such thing. Throws Error that tells how many entries stay, the first of them and why; what could
/// be removed is removed then. `time` bounds it: what is left goes with the next call.
void deleteTree(const std::filesystem::path& root,
                std::chrono::milliseconds time = std::chrono::minutes{10});

}  // namespace orch

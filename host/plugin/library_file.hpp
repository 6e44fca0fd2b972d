#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace orch {

/// A library as it was read; a copy.
struct LibraryFile {
    std::filesystem::path path;  ///< absolute, without links
    std::string bytes;
    std::string sha256;
};

/// Reads the file of a plugin's library, at most 64 MB, if nobody but root and orchd's own user can
/// change it (mayChange) and nobody is writing it right now. Throws PluginError with a sentence
/// that begins with the file.
[[nodiscard]] LibraryFile readLibraryFile(const std::filesystem::path& file);

/// orchd's user and group.
struct Account {
    uid_t user;
    gid_t group;
};
enum class Place {
    kNear,  ///< the library itself or its folder
    kAbove  ///< a folder further up
};
/// Who besides root and `own` may change what stands here, as a predicate with its cure ("may be
/// written by everybody (mode 0666); chmod o-w"); nothing when nobody may. A folder with the sticky
/// bit may be everybody's: what others own cannot be replaced in it. A group other than root's and
/// orchd's counts only near the library: /usr/local is a group's on many machines.
[[nodiscard]] std::optional<std::string> mayChange(const struct stat& info,
                                                   Place place,
                                                   const Account& own);

/// All bytes of an open file, read twice. Throws PluginError when the two differ or the file was
/// changed meanwhile. `between` is run between the two, for tests.
[[nodiscard]] std::string readUnchanging(
    int fd, const std::filesystem::path& file, const std::function<void()>& between = [] {});

}  // namespace orch

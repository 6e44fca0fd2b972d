#include "launch/shim/folder_entries.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <string_view>

#include "base/files.hpp"

namespace orch {

std::optional<std::vector<FolderEntry>> entriesOf(const std::filesystem::path& folder,
                                                  std::size_t most) {
    std::vector<FolderEntry> entries;
    // A link in its place leads elsewhere, where other rules may hold.
    UniqueFd fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{fd ? fdopendir(fd.get()) : nullptr, &closedir};
    if (!stream) return entries;
    (void)fd.release();  // the stream's now
    while (const auto* entry = readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (entries.size() == most) return {};
        entries.push_back({std::string{name}, static_cast<mode_t>(DTTOIF(entry->d_type))});
    }
    return entries;
}

mode_t typeOf(int folder, const char* name) {
    struct statx info {};
    constexpr int kFlags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC;
    if (statx(folder, name, kFlags, STATX_TYPE, &info) != 0) return 0;
    return info.stx_mode & static_cast<mode_t>(S_IFMT);
}

}  // namespace orch

#include "base/ownership.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* tried, const fs::path& path) {
    throw Error(std::string{tried} + " " + path.string() + ": " +
                std::generic_category().message(errno));
}

/// Gives entries by descriptor: a process of that user's may be putting a link in the place of a
/// folder on the way, and root would give away what it leads to.
class Giving {
public:
    Giving(uid_t user, gid_t group, Give what) : user_(user), group_(group), what_(what) {}

    void all(int parent, const char* name, const fs::path& path) const {
        // Of a link, a pipe, a device: itself, unopened.
        UniqueFd entry{openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC)};
        if (!entry && errno == ENOENT) return;  // gone since it was listed
        if (!entry) fail("cannot look at", path);
        struct stat info {};
        if (fstat(entry.get(), &info) != 0) fail("cannot look at", path);
        const bool is_folder = S_ISDIR(info.st_mode);
        if (is_folder || what_ == Give::kAll) one(entry, info, path);
        if (is_folder) entries(std::move(entry), path);
    }

private:
    void one(const UniqueFd& entry, const struct stat& info, const fs::path& path) const {
        if (info.st_uid == user_ && info.st_gid == group_) return;
        if (fchownat(entry.get(), "", user_, group_, AT_EMPTY_PATH) != 0) {
            fail("cannot give away", path);
        }
    }

    void entries(UniqueFd folder, const fs::path& path) const {
        UniqueFd readable{openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (!readable) fail("cannot list", path);
        const std::unique_ptr<DIR, int (*)(DIR*)> stream{fdopendir(readable.get()), &closedir};
        if (!stream) fail("cannot list", path);
        (void)readable.release();  // the stream's now
        folder.reset();            // one descriptor a level is enough
        while (const auto* entry = readdir(stream.get())) {
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") all(dirfd(stream.get()), entry->d_name, path / name);
        }
    }

    uid_t user_;
    gid_t group_;
    Give what_;
};

}  // namespace

void giveTo(const fs::path& folder, uid_t user, gid_t group, Give what) {
    Giving(user, group, what).all(AT_FDCWD, folder.c_str(), folder);
}

void letPass(const fs::path& folder) {
    struct stat info {};
    if (stat(folder.c_str(), &info) != 0) fail("cannot look at", folder);
    if ((info.st_mode & S_IXOTH) != 0) return;
    const auto mode = (info.st_mode | S_IXGRP | S_IXOTH) & 07777U;
    if (chmod(folder.c_str(), mode) != 0) fail("cannot change the mode of", folder);
}

}  // namespace orch

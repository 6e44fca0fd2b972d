#include "base/ownership.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* tried, const fs::path& path) {
    throw Error(std::string{tried} + " " + path.string() + ": " +
                std::generic_category().message(errno));
}

void giveOne(const fs::path& path, uid_t user, gid_t group) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return;  // gone since it was listed
        fail("cannot look at", path);
    }
    if (info.st_uid == user && info.st_gid == group) return;
    if (lchown(path.c_str(), user, group) != 0) fail("cannot give away", path);
}

}  // namespace

void giveTo(const fs::path& folder, uid_t user, gid_t group, Give what) {
    giveOne(folder, user, group);
    if (!fs::is_directory(fs::symlink_status(folder))) return;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const bool is_folder = fs::is_directory(entry.symlink_status());
        if (is_folder || what == Give::kAll) giveOne(entry.path(), user, group);
    }
}

void letPass(const fs::path& folder) {
    struct stat info {};
    if (stat(folder.c_str(), &info) != 0) fail("cannot look at", folder);
    if ((info.st_mode & S_IXOTH) != 0) return;
    const auto mode = (info.st_mode | S_IXGRP | S_IXOTH) & 07777U;
    if (chmod(folder.c_str(), mode) != 0) fail("cannot change the mode of", folder);
}

}  // namespace orch

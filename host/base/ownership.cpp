#include "base/ownership.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const char* tried, const fs::path& path) {
    throw Error(std::string{tried} + " " + path.string() + ": " +
                std::generic_category().message(errno));
}

/// A file with another name elsewhere may be anybody's: giving this one would give that one too. Of
/// devices nothing is ever given.
bool isItsOwn(const struct stat& info) {
    if (S_ISDIR(info.st_mode)) return true;
    return info.st_nlink == 1 && !S_ISCHR(info.st_mode) && !S_ISBLK(info.st_mode);
}

}  // namespace

Given giveTo(const fs::path& folder, uid_t user, gid_t group) {
    Given given;
    // By descriptor: a process of that user's may be putting a link in the place of a folder on
    // the way, and root would give away what it leads to.
    const auto seen = walkTree(folder, [&](const TreeEntry& entry) {
        if (entry.info.st_uid == user && entry.info.st_gid == group) return;
        if (!isItsOwn(entry.info)) {
            if (given.left++ == 0) given.first_left = cleanUtf8(entry.name);
        } else if (fchownat(entry.fd, "", user, group, AT_EMPTY_PATH) != 0) {
            throw Error("cannot give away " + cleanUtf8(entry.name) + " in " + folder.string() +
                        ": " + std::generic_category().message(errno));
        }
    });
    if (seen.incomplete.empty()) return given;
    throw Error("cannot give away all of " + folder.string() + ": " + seen.incomplete);
}

void letPass(const fs::path& folder, gid_t group) {
    const UniqueFd fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    struct stat info {};
    if (!fd || fstat(fd.get(), &info) != 0) fail("cannot look at", folder);
    constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
    if (info.st_gid == group && (info.st_mode & kOthers) == S_IXGRP) return;
    // Closed while it changes its group: at no moment do others pass.
    const auto own = info.st_mode & 07777U & ~kOthers;
    if (fchmod(fd.get(), own) != 0) fail("cannot change the mode of", folder);
    if (fchown(fd.get(), static_cast<uid_t>(-1), group) != 0) fail("cannot give away", folder);
    if (fchmod(fd.get(), own | S_IXGRP) != 0) fail("cannot change the mode of", folder);
}

}  // namespace orch

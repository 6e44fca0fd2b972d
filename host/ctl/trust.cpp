#include "ctl/trust.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/local_socket.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// A group of the user's own, as useradd(8) makes one: it has the user's name and nobody else.
bool isPrivateGroup(gid_t group, uid_t user) {
    struct ::group entry {};
    struct ::group* found = nullptr;
    std::array<char, 16'384> room{};
    const int error = getgrgid_r(group, &entry, room.data(), room.size(), &found);
    if (error != 0 || found == nullptr) return false;
    const auto name = userName(user);
    if (name != found->gr_name) return false;
    const auto is_user = [&](const char* member) { return name == member; };
    char** last = found->gr_mem;
    while (*last != nullptr) ++last;
    return std::all_of(found->gr_mem, last, is_user);
}

bool othersMayWrite(const struct stat& info) {
    if ((info.st_mode & S_IWOTH) != 0) return true;
    return (info.st_mode & S_IWGRP) != 0 && info.st_gid != 0 &&
           !isPrivateGroup(info.st_gid, info.st_uid);
}

std::string whyUntrustedAt(const fs::path& path, bool on_the_way) {
    struct stat info {};
    if (lstat(path.c_str(), &info) != 0) return {};
    if (info.st_uid != geteuid() && info.st_uid != 0) {
        return path.string() + " belongs to " + userName(info.st_uid);
    }
    const bool each_his_own = on_the_way && (info.st_mode & S_ISVTX) != 0;
    if (S_ISLNK(info.st_mode) || each_his_own || !othersMayWrite(info)) return {};
    return "others can write " + path.string();
}

std::string whyUntrustedWay(const fs::path& path) {
    fs::path way;
    for (const auto& part : path) {
        way /= part;
        auto why = whyUntrustedAt(way, way != path);
        if (!why.empty()) return why;
    }
    return {};
}

bool isStateFolder(const fs::path& folder) {
    std::error_code none;
    return fs::is_directory(folder / "worktrees", none) && fs::exists(folder / "token", none);
}

}  // namespace

std::string whyUntrusted(const fs::path& path) {
    const auto plain = path.lexically_normal();
    auto why = whyUntrustedWay(plain);
    if (!why.empty()) return why;
    std::error_code none;
    const auto real = fs::weakly_canonical(plain, none);
    return none || real == plain ? "" : whyUntrustedWay(real);
}

std::optional<fs::path> stateFolderAround(const fs::path& folder) {
    std::error_code none;
    auto real = fs::weakly_canonical(folder, none);
    if (none) real = folder;
    fs::path way;
    for (const auto& part : real) {
        way /= part;
        if (isStateFolder(way)) return way;
    }
    return std::nullopt;
}

}  // namespace orch::ctl

#include "base/untrusted.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::string words(int error) {
    return std::generic_category().message(error);
}

/// A thing found by name, held by a descriptor that opens nothing (O_PATH, open(2)).
struct Found {
    UniqueFd folder;   ///< that it is in,
    std::string name;  ///< and its name there
    UniqueFd fd;
    struct stat info {};
    bool absent = false;
    std::string trouble;
    bool unsure = false;
};

Found refusal(int error) {
    Found found;
    found.absent = error == ENOENT;
    found.unsure = error != ENOENT && error != ENOTDIR && error != ENAMETOOLONG && error != ELOOP;
    found.trouble = found.absent ? "does not exist" : "cannot be read: " + words(error);
    return found;
}

Found opened(UniqueFd fd) {
    if (!fd) return refusal(errno);
    Found found{.fd = std::move(fd)};
    if (fstat(found.fd.get(), &found.info) != 0) return refusal(errno);
    return found;
}

Found notBelow(const char* why) {
    Found found;
    found.trouble = why;
    return found;
}

Found find(const fs::path& root, const fs::path& below) {
    auto found = opened(UniqueFd{open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)});
    for (const auto& part : below) {
        if (!found.trouble.empty()) return found;
        if (part == ".." || part.is_absolute()) return notBelow("leads out of its folder");
        if (S_ISLNK(found.info.st_mode)) return notBelow("lies behind a symbolic link");
        auto folder = std::move(found.fd);
        found =
            opened(UniqueFd{openat(folder.get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)});
        found.folder = std::move(folder);
        found.name = part;
    }
    return found;
}

const char* kindOf(mode_t mode) {
    if (S_ISLNK(mode)) return "is a symbolic link";
    if (S_ISDIR(mode)) return "is a folder";
    if (S_ISFIFO(mode)) return "is a pipe, no ordinary file";
    if (S_ISSOCK(mode)) return "is a socket, no ordinary file";
    return "is a device, no ordinary file";
}

/// The very thing that was found: what has its name by now may be another. (Not by /proc/self/fd,
/// which is closed to a process that may not be dumped, as orchd may not.)
UntrustedFile reopened(const Found& found) {
    constexpr int kHow = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    UntrustedFile file{.fd = UniqueFd{openat(found.folder.get(), found.name.c_str(), kHow)}};
    if (!file.fd) return {.trouble = "cannot be read: " + words(errno), .unsure = true};
    struct stat info {};
    const bool same = fstat(file.fd.get(), &info) == 0 && info.st_ino == found.info.st_ino &&
                      info.st_dev == found.info.st_dev;
    if (!same) return {.trouble = "was replaced while it was looked at", .unsure = true};
    file.size = static_cast<std::uint64_t>(info.st_size);
    return file;
}

UntrustedText troubleOf(const UntrustedFile& file) {
    return {.absent = file.absent, .trouble = file.trouble, .unsure = file.unsure};
}

/// Up to `wanted` bytes from `at` on; nothing, with errno, when the file cannot be read.
std::optional<std::string> bytesAt(const UniqueFd& fd, std::uint64_t at, std::uint64_t wanted) {
    constexpr std::uint64_t kPiece = 64U << 10U;
    std::string bytes;
    while (bytes.size() < wanted) {
        const auto had = bytes.size();
        const auto piece = static_cast<std::size_t>(std::min(wanted - had, kPiece));
        bytes.resize(had + piece);
        const auto got = pread(fd.get(), &bytes[had], piece, static_cast<off_t>(at + had));
        if (got < 0 && errno == EINTR) {
            bytes.resize(had);
            continue;
        }
        if (got < 0) return {};
        bytes.resize(had + static_cast<std::size_t>(got));
        if (got == 0) break;
    }
    return bytes;
}

UntrustedText unreadable() {
    return {.trouble = "cannot be read: " + words(errno), .unsure = true};
}

}  // namespace

UntrustedFile openUntrusted(const fs::path& root, const fs::path& below) {
    const auto found = find(root, below);
    if (!found.trouble.empty()) {
        return {.absent = found.absent, .trouble = found.trouble, .unsure = found.unsure};
    }
    if (!S_ISREG(found.info.st_mode)) return {.trouble = kindOf(found.info.st_mode)};
    return reopened(found);
}

UntrustedText readUntrusted(const fs::path& root, const fs::path& below, std::uint64_t limit) {
    const auto file = openUntrusted(root, below);
    if (!file.fd) return troubleOf(file);
    const UntrustedText too_large{.trouble = "is larger than " + spokenBytes(limit)};
    if (file.size > limit) return too_large;
    auto bytes = bytesAt(file.fd, 0, limit + 1);
    if (!bytes) return unreadable();
    if (bytes->size() > limit) return too_large;  // it grew meanwhile
    return {.text = std::move(bytes)};
}

UntrustedText tailUntrusted(const fs::path& root, const fs::path& below, std::uint64_t limit) {
    const auto file = openUntrusted(root, below);
    if (!file.fd) return troubleOf(file);
    const bool whole = file.size <= limit;
    // One byte more tells whether the tail begins where a line does.
    auto bytes = bytesAt(file.fd, whole ? 0 : file.size - limit - 1, whole ? limit : limit + 1);
    if (!bytes) return unreadable();
    return {.text = whole ? std::move(*bytes) : fromFirstLine(std::move(*bytes))};
}

bool isUntrustedFile(const fs::path& root, const fs::path& below) {
    const auto found = find(root, below);
    return found.trouble.empty() && S_ISREG(found.info.st_mode);
}

std::string fromFirstLine(std::string text) {
    if (text.empty()) return text;
    const auto line = text.find('\n') + 1;  // 0 when there is none
    return text.substr(line > 0 && line < text.size() ? line : 1);
}

}  // namespace orch

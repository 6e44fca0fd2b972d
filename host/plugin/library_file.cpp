#include "plugin/library_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargest = 64'000'000;

[[noreturn]] void refuse(const fs::path& file, const std::string& predicate) {
    throw PluginError(file.string() + " " + predicate);
}

[[noreturn]] void failed(const fs::path& file, const std::string& tried) {
    refuse(file, "cannot be " + tried + ": " + std::generic_category().message(errno));
}

struct stat lookAt(int fd, const fs::path& file) {
    struct stat info {};
    if (fstat(fd, &info) != 0) failed(file, "looked at");
    return info;
}

fs::path withoutLinks(const fs::path& file) {
    std::error_code error;
    auto path = fs::canonical(file, error);
    if (error == std::errc::no_such_file_or_directory) {
        refuse(file, "does not exist: build or install it, or correct `library`");
    }
    if (error) refuse(file, "cannot be found: " + error.message());
    return path;
}

constexpr auto kWhy = ", orchd runs what stands here";

/// The whole way to it, links too: whoever can change one of them chooses another library.
void checkWay(const fs::path& file) {
    const auto problem = trustOf(fs::absolute(file).lexically_normal()).problem;
    if (problem) throw PluginError(*problem + kWhy);
}

/// What was opened, whatever stands there now.
void checkOpened(const fs::path& path, const struct stat& info) {
    const auto predicate = mayChange(info, Place::kNear, {geteuid(), getegid()});
    if (predicate) refuse(path, *predicate + " " + shellWord(path.string()) + kWhy);
}

UniqueFd openLibrary(const fs::path& file) {
    UniqueFd fd{open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
    if (!fd) failed(file, "opened");
    const auto info = lookAt(fd.get(), file);
    if (!S_ISREG(info.st_mode)) refuse(file, "is not a file: `library` names a shared library");
    checkOpened(file, info);
    if (static_cast<std::uint64_t>(info.st_size) > kLargest) {
        refuse(file, "has more than " + formatBytes(kLargest) + ": no plugin is that large");
    }
    return fd;
}

std::string readAll(int fd, const fs::path& file) {
    std::string bytes(static_cast<std::size_t>(lookAt(fd, file).st_size), '\0');
    for (std::size_t had = 0; had < bytes.size();) {
        const auto got = pread(fd, &bytes[had], bytes.size() - had, static_cast<off_t>(had));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) failed(file, "read");
        if (got == 0) bytes.resize(had);  // it has become shorter
        had += static_cast<std::size_t>(got);
    }
    return bytes;
}

bool sameTime(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool unchanged(const struct stat& before, const struct stat& after) {
    return before.st_size == after.st_size && sameTime(before.st_mtim, after.st_mtim) &&
           sameTime(before.st_ctim, after.st_ctim);
}

}  // namespace

std::string readUnchanging(int fd, const fs::path& file, const std::function<void()>& between) {
    const auto before = lookAt(fd, file);
    auto bytes = readAll(fd, file);
    between();
    // Times alone do not tell: they stand still for some milliseconds, and for mapped memory
    // longer.
    if (readAll(fd, file) != bytes || !unchanged(before, lookAt(fd, file))) {
        refuse(file, "is being written: load it again when that is over");
    }
    return bytes;
}

LibraryFile readLibraryFile(const fs::path& file) {
    const auto path = withoutLinks(file);
    checkWay(file);
    const auto fd = openLibrary(path);
    auto bytes = readUnchanging(fd.get(), path);
    auto digest = sha256(bytes);
    return {path, std::move(bytes), std::move(digest)};
}

}  // namespace orch

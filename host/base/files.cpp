#include "base/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/crash_point.hpp"
#include "base/error.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const char* tried, const fs::path& path) {
    const int error = errno;
    throw Error(std::string{tried} + " " + path.string() + ": " +
                std::generic_category().message(error));
}

template <typename Call>
auto retryInterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

/// Never waits: O_NONBLOCK keeps a FIFO in the file's place from holding us up.
UniqueFd openForReading(const fs::path& file) {
    UniqueFd fd{open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!fd && errno != ENOENT) fail("cannot open", file);
    return fd;
}

/// False when somebody else holds a lock in the way.
bool lockNow(const UniqueFd& fd, int operation, const fs::path& file) {
    if (retryInterrupted([&] { return flock(fd.get(), operation | LOCK_NB); }) == 0) return true;
    if (errno != EWOULDBLOCK) fail("cannot lock", file);
    return false;
}

std::string readUpTo(const UniqueFd& fd, std::uint64_t limit, const fs::path& file) {
    constexpr std::uint64_t kFirst = 4U << 10U;
    constexpr std::uint64_t kMost = 64U << 10U;
    std::string bytes;
    while (bytes.size() < limit) {
        const auto had = bytes.size();
        // Most files here are short: to zero much more than they hold costs more than the read.
        const auto chunk = std::clamp<std::uint64_t>(had, kFirst, kMost);
        const auto wanted = static_cast<std::size_t>(std::min(limit - had, chunk));
        bytes.resize(had + wanted);
        const auto got = retryInterrupted([&] { return read(fd.get(), &bytes[had], wanted); });
        if (got < 0) fail("cannot read", file);
        bytes.resize(had + static_cast<std::size_t>(got));
        if (got == 0) break;
    }
    return bytes;
}

void writeAll(const UniqueFd& fd, std::string_view content, const fs::path& file) {
    while (!content.empty()) {
        const auto wrote =
            retryInterrupted([&] { return write(fd.get(), content.data(), content.size()); });
        if (wrote < 0) fail("cannot write", file);
        content.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

void syncFile(const UniqueFd& fd, const fs::path& file) {
    if (fsync(fd.get()) != 0) fail("cannot sync", file);
}

fs::path folderOf(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

/// A new file beside `file`; removed again unless it got that name.
class TempFile {
public:
    explicit TempFile(const fs::path& file) : path_((folderOf(file) / ".tmp-XXXXXX").string()) {
        fd_ = UniqueFd{mkostemp(path_.data(), O_CLOEXEC)};
        if (!fd_) fail("cannot make a temporary file for", file);
    }
    TempFile(const TempFile&) = delete;
    TempFile& operator=(const TempFile&) = delete;
    ~TempFile() {
        if (!renamed_) unlink(path_.c_str());
    }

    [[nodiscard]] const UniqueFd& fd() const { return fd_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    void renameTo(const fs::path& file) {
        if (rename(path_.c_str(), file.c_str()) != 0) fail("cannot replace", file);
        renamed_ = true;
    }

private:
    std::string path_;
    UniqueFd fd_;
    bool renamed_ = false;
};

bool makeFolder(const fs::path& folder) {
    if (mkdir(folder.c_str(), 0700) == 0) return true;
    if (errno == ENOENT) return false;
    const int error = errno;
    if (error == EEXIST && fs::is_directory(folder)) return true;
    errno = error;
    fail("cannot make folder", folder);
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
    if (this == &other) return *this;
    reset();
    fd_ = other.release();
    return *this;
}

void UniqueFd::reset() {
    if (fd_ >= 0) close(fd_);  // Linux frees the number even on EINTR: never again
    fd_ = -1;
}

fs::path realPathOf(const fs::path& path) {
    std::error_code untold;
    auto real = fs::weakly_canonical(path, untold);
    return untold ? path.lexically_normal() : real;
}

std::optional<UniqueFd> tryLock(const fs::path& file) {
    UniqueFd fd{open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!fd) fail("cannot open lock file", file);
    if (!lockNow(fd, LOCK_EX, file)) return {};
    return fd;
}

LockState lockState(const fs::path& file) {
    const auto fd = openForReading(file);
    if (!fd) return LockState::kAbsent;
    return lockNow(fd, LOCK_SH, file) ? LockState::kFree : LockState::kHeld;
}

std::optional<std::string> readFile(const fs::path& file, std::uint64_t limit) {
    const auto fd = openForReading(file);
    if (!fd) return {};
    return readUpTo(fd, limit, file);
}

std::string readTail(const fs::path& file, std::uint64_t limit) {
    const auto fd = openForReading(file);
    if (!fd) return {};
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(lseek(fd.get(), 0, SEEK_END), 0));
    const bool whole = size <= limit;
    // One byte more tells whether the tail begins where a line does.
    if (lseek(fd.get(), whole ? 0 : static_cast<off_t>(size - limit - 1), SEEK_SET) < 0) {
        fail("cannot seek in", file);
    }
    auto bytes = readUpTo(fd, whole ? limit : limit + 1, file);
    if (whole || bytes.empty()) return bytes;
    const auto line = bytes.find('\n') + 1;  // 0 when there is none
    return bytes.substr(line > 0 && line < bytes.size() ? line : 1);
}

void replaceFile(const fs::path& file, std::string_view content, Sync sync, unsigned mode) {
    TempFile temp(file);
    writeAll(temp.fd(), content, temp.path());
    if (fchmod(temp.fd().get(), mode) != 0) fail("cannot set the mode of", temp.path());
    if (sync == Sync::kYes) syncFile(temp.fd(), temp.path());
    crashPoint("file.written");
    temp.renameTo(file);
    crashPoint("file.renamed");
    if (sync == Sync::kYes) syncFolder(folderOf(file));
}

void createFile(const fs::path& file, std::string_view content) {
    if (unlink(file.c_str()) != 0 && errno != ENOENT) fail("cannot replace", file);
    const UniqueFd fd{open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!fd) fail("cannot make", file);
    writeAll(fd, content, file);
    syncFile(fd, file);
}

void syncFolder(const fs::path& folder) {
    const UniqueFd fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd) fail("cannot open folder", folder);
    syncFile(fd, folder);
}

UniqueFd fileInMemory(std::string_view content) {
    const fs::path name{"a file in memory"};
    UniqueFd fd{memfd_create("orchd", MFD_CLOEXEC)};
    if (!fd) fail("cannot make", name);
    writeAll(fd, content, name);
    if (lseek(fd.get(), 0, SEEK_SET) != 0) fail("cannot rewind", name);
    return fd;
}

void ensureFolder(const fs::path& folder) {
    if (folder.empty() || makeFolder(folder)) return;
    ensureFolder(folder.parent_path());
    if (!makeFolder(folder)) fail("cannot make folder", folder);
}

}  // namespace orch

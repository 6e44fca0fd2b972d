#include "forge/lfs_objects.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/digest.hpp"
#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& tried) {
    throw RemoteError(tried + ": " + std::generic_category().message(errno), true);
}

mode_t modeOf(const fs::path& folder) {
    struct stat info {};
    if (stat(folder.c_str(), &info) != 0) fail("looking at " + folder.string());
    return info.st_mode & 07777U;
}

/// As core.sharedRepository wants it where that holds: the mode of the folder it is in, with a
/// group that the kernel passes on.
void makeFolder(const fs::path& folder, mode_t mode) {
    if (mkdir(folder.c_str(), mode & 0777U) != 0) {
        if (errno != EEXIST) fail("making " + folder.string());
        return;
    }
    if (chmod(folder.c_str(), mode) != 0) fail("making " + folder.string());
    syncFolder(folder.parent_path());
}

/// A file under another name until it is whole; gone without keep().
class Part {
public:
    Part(fs::path path, mode_t mode) : path_(std::move(path)) {
        unlink(path_.c_str());  // of a call that was killed
        constexpr int kHow = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        fd_ = UniqueFd{::open(path_.c_str(), kHow, 0600)};
        if (!fd_ || fchmod(fd_.get(), mode) != 0) fail("making " + path_.string());
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    ~Part() { unlink(path_.c_str()); }

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto written = ::write(fd_.get(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("writing " + path_.string());
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void keep(const fs::path& as) const {
        if (fsync(fd_.get()) != 0) fail("writing " + path_.string());
        if (::rename(path_.c_str(), as.c_str()) != 0) fail("making " + as.string());
        syncFolder(as.parent_path());
    }

private:
    fs::path path_;
    UniqueFd fd_;
};

std::string lengths(std::uint64_t size, const LfsPointer& pointer) {
    return "has " + std::to_string(size) + " bytes, and its pointer says " +
           std::to_string(pointer.size);
}

/// What is wrong with the bytes, all of which went to `part` otherwise.
std::string copy(const UntrustedFile& file, const LfsPointer& pointer, const Part& part) {
    std::array<char, 256U << 10U> piece{};
    Sha256 hash;
    std::uint64_t size = 0;
    while (size <= pointer.size) {
        const auto got = pread(file.fd.get(), piece.data(), piece.size(), static_cast<off_t>(size));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return "cannot be read: " + std::generic_category().message(errno);
        if (got == 0) break;
        size += static_cast<std::uint64_t>(got);
        if (size > pointer.size) break;  // it grew meanwhile
        const std::string_view bytes{piece.data(), static_cast<std::size_t>(got)};
        hash.add(bytes);
        part.write(bytes);
    }
    if (size != pointer.size) return lengths(size, pointer);
    const auto found = hash.hex();
    return found == pointer.oid ? "" : "holds something else: its SHA-256 is " + found;
}

}  // namespace

fs::path LfsObjects::placeOf(const std::string& oid) {
    return fs::path{oid.substr(0, 2)} / oid.substr(2, 2) / oid;
}

bool LfsObjects::exist() const {
    std::error_code none;
    return fs::is_directory(folder_, none);
}

bool LfsObjects::has(const LfsPointer& pointer) const {
    struct stat info {};
    return lstat((folder_ / placeOf(pointer.oid)).c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
           static_cast<std::uint64_t>(info.st_size) == pointer.size;
}

UntrustedFile LfsObjects::open(const LfsPointer& pointer) const {
    return openUntrusted(folder_, placeOf(pointer.oid));
}

std::string LfsObjects::put(const UntrustedFile& file, const LfsPointer& pointer) const {
    if (file.size != pointer.size) return lengths(file.size, pointer);
    const auto room = freeBytes(folder_);
    if (room < pointer.size) {
        throw RemoteError("copying the LFS object " + pointer.oid + " to " + folder_.string() +
                              ": it has " + spokenBytes(pointer.size) + ", and " +
                              spokenBytes(room) + " are free",
                          true);
    }
    const auto place = folder_ / placeOf(pointer.oid);
    const auto mode = modeOf(folder_);
    makeFolder(place.parent_path().parent_path(), mode);
    makeFolder(place.parent_path(), mode);
    const Part part(place.string() + ".orchd", mode & 0666U);
    auto trouble = copy(file, pointer, part);
    if (trouble.empty()) part.keep(place);
    return trouble;
}

void LfsObjects::remove(const LfsPointer& pointer) const {
    std::error_code was_none;
    fs::remove(folder_ / placeOf(pointer.oid), was_none);
}

}  // namespace orch

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace orch {

/// Owns one file descriptor.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept;
    UniqueFd(const UniqueFd&) = delete;
    UniqueFd& operator=(const UniqueFd&) = delete;
    ~UniqueFd() { reset(); }

    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }
    void reset();

private:
    int fd_ = -1;
};

/// The path without links, as far as it exists. Where that cannot be told (links in a circle, a
/// folder that may not be entered): as it is named, without "." and "..".
[[nodiscard]] std::filesystem::path realPathOf(const std::filesystem::path& path);

enum class LockState { kHeld, kFree, kAbsent };

/// Opens (creating it, mode 0600, close-on-exec) and takes an exclusive flock without waiting.
/// Nothing when somebody else holds it; throws Error when the file cannot be opened.
[[nodiscard]] std::optional<UniqueFd> tryLock(const std::filesystem::path& file);

/// Is the flock on `file` held by anybody? Takes and drops the lock to find out, so only ask where
/// nobody starts to lock at the same time.
[[nodiscard]] LockState lockState(const std::filesystem::path& file);

/// The file's bytes, at most `limit`; nothing when there is no such file. Throws Error otherwise.
[[nodiscard]] std::optional<std::string> readFile(const std::filesystem::path& file,
                                                  std::uint64_t limit = 64U << 20U);
/// The last `limit` bytes of the file, cut at the first whole line where one begins; empty when
/// there is no such file. Throws Error otherwise.
[[nodiscard]] std::string readTail(const std::filesystem::path& file, std::uint64_t limit);

enum class Sync { kYes, kNo };
/// Temp file in the same folder, fsync (Sync::kYes), rename, fsync of the folder: afterwards the
/// file has either its old or its new content, whatever was killed. Throws Error.
void replaceFile(const std::filesystem::path& file,
                 std::string_view content,
                 Sync sync = Sync::kYes,
                 unsigned mode = 0600);

/// A new file of mode 0600 with this content, synced; what has this name already is unlinked
/// before, never written to. Throws Error.
void createFile(const std::filesystem::path& file, std::string_view content);
/// Makes names that were given and taken away in the folder last. Throws Error.
void syncFolder(const std::filesystem::path& folder);

/// A file without a name (memfd_create(2), close-on-exec) that holds `content`, to be read from its
/// beginning. Throws Error.
[[nodiscard]] UniqueFd fileInMemory(std::string_view content);

/// mkdir -p with mode 0700 for what is new. Throws Error naming the folder and the reason.
void ensureFolder(const std::filesystem::path& folder);

}  // namespace orch

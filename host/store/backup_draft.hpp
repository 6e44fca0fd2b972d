#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/files.hpp"

namespace orch {

/// A backup's file under another name in the same folder until it is whole; gone again when it is
/// not published. Throws StoreError saying what the backup could not do.
class BackupDraft {
public:
    /// `file`: absolute, its name is not taken.
    explicit BackupDraft(const std::filesystem::path& file);
    BackupDraft(const BackupDraft&) = delete;
    BackupDraft& operator=(const BackupDraft&) = delete;
    ~BackupDraft();

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Takes the room beforehand, where the file system can do that.
    void reserve(std::uint64_t bytes) const;
    void sync() const;
    /// Durable and under its own name, which nobody took meanwhile.
    void publish();

private:
    std::filesystem::path file_;
    std::string path_;
    UniqueFd fd_;
    bool published_ = false;
};

/// "backup to /x/y.db: ", how each sentence about a backup begins.
[[nodiscard]] std::string backingUp(const std::filesystem::path& file);

}  // namespace orch

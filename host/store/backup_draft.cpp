#include "store/backup_draft.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, const std::string& tried) {
    throw StoreError(backingUp(file) + tried + ": " + std::generic_category().message(errno));
}

}  // namespace

std::string backingUp(const fs::path& file) {
    return "backup to " + file.string() + ": ";
}

BackupDraft::BackupDraft(const fs::path& file)
    : file_(file), path_(file.string() + ".part-XXXXXX") {
    fd_ = UniqueFd{mkostemp(path_.data(), O_CLOEXEC)};
    if (!fd_) fail(file_, "cannot make a file in its folder");
}

BackupDraft::~BackupDraft() {
    if (!published_) unlink(path_.c_str());
}

void BackupDraft::reserve(std::uint64_t bytes) const {
    const auto size = static_cast<off_t>(bytes);
    if (fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, 0, size) != 0 && errno == ENOSPC) {
        fail(file_, "cannot reserve " + spokenBytes(bytes));
    }
}

void BackupDraft::sync() const {
    if (fdatasync(fd_.get()) != 0) fail(file_, "cannot write to the disk");
}

void BackupDraft::publish() {
    if (fsync(fd_.get()) != 0) fail(file_, "cannot write to the disk");
    if (renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, file_.c_str(), RENAME_NOREPLACE) != 0) {
        fail(file_, "cannot give it its name");
    }
    published_ = true;
    syncFolder(file_.parent_path());
}

}  // namespace orch

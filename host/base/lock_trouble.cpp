#include "base/lock_trouble.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

/// A file of the test and a second name for it, both removed in the end.
class TrialFile {
public:
    explicit TrialFile(const fs::path& folder) : path_((folder / ".lock-test-XXXXXX").string()) {
        fd_ = UniqueFd{mkostemp(path_.data(), O_CLOEXEC)};
        if (!fd_) throw Error("a file cannot be made: " + std::generic_category().message(errno));
    }
    TrialFile(const TrialFile&) = delete;
    TrialFile& operator=(const TrialFile&) = delete;
    ~TrialFile() {
        unlink(path_.c_str());
        unlink(other().c_str());
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string other() const { return path_ + "-2"; }
    [[nodiscard]] UniqueFd& fd() { return fd_; }
    [[nodiscard]] UniqueFd openAgain() const {
        UniqueFd fd{open(path_.c_str(), O_RDWR | O_CLOEXEC)};
        if (!fd) throw Error("a file cannot be opened: " + std::generic_category().message(errno));
        return fd;
    }

private:
    std::string path_;
    UniqueFd fd_;
};

void require(bool works, const char* otherwise) {
    if (!works) throw Error(otherwise);
}

/// After a call that should have succeeded.
void requireSuccess(int result, const char* call) {
    const int error = errno;
    if (result != 0) {
        throw Error(std::string{call} + " fails: " + std::generic_category().message(error));
    }
}

void tryLocks(TrialFile& file, const LockCalls& calls) {
    const auto lock = [&](const UniqueFd& fd) { return calls.flock(fd.get(), LOCK_EX | LOCK_NB); };
    const auto second = file.openAgain();
    requireSuccess(lock(file.fd()), "flock");
    require(lock(second) != 0, "flock lets two in at once");
    file.fd().reset();
    require(lock(second) == 0, "a lock does not end when its file is closed");
}

void tryLinks(const TrialFile& file, const LockCalls& calls) {
    const auto link = [&] { return calls.link(file.path().c_str(), file.other().c_str()); };
    requireSuccess(link(), "link");
    require(link() != 0, "link replaces a file that is there");
}

}  // namespace

LockCalls systemLockCalls() {
    return {flock, link};
}

std::optional<std::string> lockTrouble(const fs::path& folder, const LockCalls& calls) {
    try {
        TrialFile file(folder);
        tryLocks(file, calls);
        tryLinks(file, calls);
        return {};
    } catch (const Error& error) {
        return "file locks do not work in " + folder.string() + ": " + error.what() +
               "; use a folder on a local file system";
    }
}

}  // namespace orch

#include "forge/repository_lock.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/error.hpp"
#include "base/repository_check.hpp"

namespace orch {

namespace {

constexpr std::chrono::minutes kLongestWait{3};

/// True when locked, or when the file system knows no lock on a folder. flock(2) has no time limit,
/// so it is asked again and again.
bool lockWithin(int folder, std::chrono::minutes longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    constexpr int kPauseMilliseconds = 20;
    while (flock(folder, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return true;
        if (std::chrono::steady_clock::now() >= deadline) return false;
        poll(nullptr, 0, kPauseMilliseconds);
    }
    return true;
}

}  // namespace

RepositoryLock::RepositoryLock(const std::filesystem::path& repository) {
    const auto folder = gitFolderOf(repository);
    folder_ = UniqueFd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder_) {
        throw RemoteError(
            "repository " + repository.string() + ": " + std::generic_category().message(errno),
            true);
    }
    if (lockWithin(folder_.get(), kLongestWait)) return;
    throw RemoteError("repository " + repository.string() +
                          ": somebody else has held the lock on its git folder for three minutes",
                      true);
}

}  // namespace orch

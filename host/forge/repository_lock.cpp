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

/// Whoever can read the folder can lock it (flock(2)), an agent too: it may cost a merge this long.
constexpr std::chrono::seconds kLongestWait{10};

/// Gives up after a while, or when the file system knows no lock on a folder. flock(2) has no time
/// limit, so it is asked again and again.
void lockWithin(int folder, std::chrono::seconds longest) {
    const auto deadline = std::chrono::steady_clock::now() + longest;
    constexpr int kPauseMilliseconds = 20;
    while (flock(folder, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return;
        if (std::chrono::steady_clock::now() >= deadline) return;
        poll(nullptr, 0, kPauseMilliseconds);
    }
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
    lockWithin(folder_.get(), kLongestWait);
}

}  // namespace orch

#include "forge/repository_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {

RepositoryLock::RepositoryLock(const std::filesystem::path& repository) {
    const auto inner = repository / ".git";
    const auto folder = std::filesystem::is_directory(inner) ? inner : repository;
    folder_ = UniqueFd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder_) {
        throw RemoteError(
            "repository " + repository.string() + ": " + std::generic_category().message(errno),
            true);
    }
    while (flock(folder_.get(), LOCK_EX) != 0 && errno == EINTR) continue;
}

}  // namespace orch

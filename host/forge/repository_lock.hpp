#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace orch {

/// Keeps two orchds from pushing into one repository at the same moment: an flock on its git folder
/// itself, so nothing is made there. receive-pack updates a checkout before the branch, and two of
/// them side by side can leave the files of the one that lost. Waits ten seconds for the other at
/// most, since anybody who may read the folder can hold it; then, and where the file system has no
/// such lock, the compare-and-swap stands alone. Throws a retryable RemoteError when there is no
/// such folder.
class RepositoryLock {
public:
    explicit RepositoryLock(const std::filesystem::path& repository);

private:
    UniqueFd folder_;
};

}  // namespace orch

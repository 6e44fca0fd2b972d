#pragma once

#include <string>

namespace orch {

/// What the lease files of a repository are called: "app-1a2b3c4d", the last part of its path or
/// address and eight digits of a digest of all of it. Ways to spell one path (relative, through a
/// link, "/" at its end, its .git folder) give one name.
[[nodiscard]] std::string leaseNameOf(const std::string& repository);

/// Could leaseNameOf() have made this? Whatever else names files is not touched.
[[nodiscard]] bool isLeaseName(const std::string& name);

}  // namespace orch

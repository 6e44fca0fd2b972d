#pragma once

#include <filesystem>

#include "support/git_repo.hpp"

namespace orch::bench {

/// One commit with so many small files in folders of 250, checked out.
[[nodiscard]] testing::GitRepo repositoryWith(const std::filesystem::path& path, int files);

}  // namespace orch::bench

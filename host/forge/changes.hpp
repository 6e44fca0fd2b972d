#pragma once

#include <optional>
#include <string>

#include "core/change.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

// What commits of the mirror change, as Forge tells it. Commits are compared, never a worktree; no
// attribute, filter or program of the repository takes part. They throw RemoteError.

[[nodiscard]] ChangedPaths changedPaths(const GitMirror& mirror,
                                        const std::string& base,
                                        const std::string& head);
[[nodiscard]] Diff diffOf(const GitMirror& mirror,
                          const std::string& base,
                          const std::string& head,
                          const DiffRequest& request);
[[nodiscard]] CommitsText commitsOf(const GitMirror& mirror,
                                    const std::string& base,
                                    const std::string& head,
                                    std::size_t limit);
[[nodiscard]] std::optional<std::string> fileOf(const GitMirror& mirror,
                                                const std::string& commit,
                                                const std::string& path,
                                                std::size_t limit);

}  // namespace orch

#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace orch {

// GET /queue has keys of orchd's own, and a block for each plugin.

inline constexpr std::array<std::string_view, 10> kQueueKeys{"counts",
                                                             "max_concurrency",
                                                             "paused",
                                                             "disk",
                                                             "janitor",
                                                             "confinement",
                                                             "projects",
                                                             "red_bases",
                                                             "running",
                                                             "recent"};

/// What `orchctl status --json` adds to it.
inline constexpr std::array<std::string_view, 3> kStatusKeys{"plugins", "tasks", "url"};

/// No plugin's block may be called that.
[[nodiscard]] constexpr bool isQueueKey(std::string_view name) {
    return std::ranges::find(kQueueKeys, name) != kQueueKeys.end() ||
           std::ranges::find(kStatusKeys, name) != kStatusKeys.end();
}

/// Blocks that are always there, and whose they are.
struct BundledBlock {
    std::string_view plugin, block;
};
inline constexpr std::array<BundledBlock, 4> kBundledBlocks{{{"reaper", "reaper"},
                                                             {"reconciler", "reconcile"},
                                                             {"postdeploy", "post_deploy"},
                                                             {"mergelease", "merge_lease"}}};

}  // namespace orch

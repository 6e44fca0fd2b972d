#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/confinement.hpp"

namespace orch {

/// Rules about a folder of devices. What they are found from is no agent's to write: a folder that
/// anybody but its owner can write, or that is another file system (shared memory, terminals), is
/// not gone down into, and an agent that is the owner makes nothing in the others.
struct DeviceRules {
    /// For who owns it: devices are used, and none is made or removed.
    std::vector<PathRule> folders;
    /// For everybody: disks, on which files have no paths.
    std::vector<PathRule> disks;
    /// What is among the disks only because nobody could look through it: a sentence each.
    std::vector<std::string> left_out;
};

/// Of `dev` and what is in it, as far as `most` entries altogether; never throws for what changes
/// meanwhile.
[[nodiscard]] DeviceRules deviceRules(const std::filesystem::path& dev, std::size_t most = 50'000);

}  // namespace orch

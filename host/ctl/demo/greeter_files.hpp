#pragma once

#include <vector>

namespace orch::ctl {

struct SmallFile {
    const char* path;
    const char* content;
    unsigned mode = 0644;
};

/// The demo's project, a C program that greets.
[[nodiscard]] const std::vector<SmallFile>& greeterFiles();

}  // namespace orch::ctl

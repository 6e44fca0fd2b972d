#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "plugin/library_file.hpp"

namespace orch {

/// The folder libraries are loaded from: copies that nobody but orchd reaches, so that whoever
/// writes over the original does not change code that runs. Any thread.
class PrivateCopies {
public:
    /// Makes `folder` (mode 0700), or takes what is in it away: copies of an orchd that has ended.
    /// Nobody else may use the folder at the same time. Throws Error.
    explicit PrivateCopies(std::filesystem::path folder);

    /// A copy under a name this object has not given before: for a path it has seen, the system
    /// would return the code it had. Throws Error.
    [[nodiscard]] std::filesystem::path add(const std::string& plugin,
                                            std::int64_t generation,
                                            const LibraryFile& library);

private:
    std::filesystem::path folder_;
    std::atomic<std::uint64_t> given_{0};
};

}  // namespace orch

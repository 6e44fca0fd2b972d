#pragma once

#include <filesystem>
#include <string>

#include "base/files.hpp"

namespace orch {

/// Reads a file that is being written, from its beginning, and tells when there may be more.
class LogTail {
public:
    explicit LogTail(std::filesystem::path file) : file_(std::move(file)) {}

    /// The next bytes, at most 64 KB; empty when there are none now (or no file yet). Throws Error
    /// when the file cannot be read.
    [[nodiscard]] std::string next();

    /// Readable when the file was written to; -1 when that cannot be watched (no file yet, or the
    /// machine's limit of watches is reached): then ask again after a while.
    [[nodiscard]] int changes();
    /// To be called once changes() was readable.
    void forgetChanges();

private:
    std::filesystem::path file_;
    UniqueFd content_, watch_;
};

}  // namespace orch

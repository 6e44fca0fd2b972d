#pragma once

#include <filesystem>

namespace orch::testing {

/// A new empty folder under the system's temporary folder, removed with all it holds.
class TempDir {
public:
    TempDir();
    /// Below another folder than the one for temporary files.
    explicit TempDir(const std::filesystem::path& parent);
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

}  // namespace orch::testing

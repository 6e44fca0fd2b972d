#pragma once

#include <filesystem>
#include <string>

namespace orch {

/// <state_dir>/daemon.json while orchd runs: its address, pid and version, for people and scripts.
/// Nothing is opened or sent anywhere because of what it says.
class DaemonFile {
public:
    /// Throws Error when it cannot be written.
    DaemonFile(const std::filesystem::path& state_dir, const std::string& url);
    ~DaemonFile();
    DaemonFile(const DaemonFile&) = delete;
    DaemonFile& operator=(const DaemonFile&) = delete;

private:
    std::filesystem::path file_;
};

}  // namespace orch

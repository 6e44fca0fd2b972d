#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace orch::ctl {

/// Where orchctl was started: its variables and its folder.
struct Surroundings {
    std::map<std::string, std::string> environment;
    std::filesystem::path folder;  ///< absolute

    /// The variable's value; nothing when it is unset or empty.
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const;
};

/// Which orchd to talk to and what opens its doors.
struct Endpoint {
    std::string url;    ///< "http://127.0.0.1:8080"
    std::string found;  ///< how it was found, a clause for people: "from /srv/var/daemon.json"
    std::optional<std::filesystem::path> token_file;
};

/// `--url`, `--token-file`; empty where not given.
struct EndpointOptions {
    std::string url, token_file;
};

/// Options first, then ORCH_URL and ORCH_TOKEN_FILE, then what a running orchd wrote into
/// var/daemon.json in this folder or one above it, then into the state_dir of orch.yaml or
/// config/orch.yaml there, else the default address. Such a file is believed only when it belongs
/// to this user or root, and its token goes only to its own address. Throws UsageError on a URL
/// that is none.
[[nodiscard]] Endpoint findEndpoint(const EndpointOptions& options,
                                    const Surroundings& surroundings);

/// What orchd writes at its start.
struct DaemonFile {
    std::string url;
    long pid{};
    std::filesystem::path token_file;
    std::string version;  ///< "" when an older one wrote it
};
/// Nothing when there is no such file, or it is damaged or somebody else's.
[[nodiscard]] std::optional<DaemonFile> readDaemonFile(const std::filesystem::path& file);

}  // namespace orch::ctl

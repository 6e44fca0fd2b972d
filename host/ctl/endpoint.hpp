#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orch::ctl {

/// Where orchctl was started: its variables and its folder.
struct Surroundings {
    std::map<std::string, std::string> environment;
    std::filesystem::path folder;  ///< absolute

    /// The variable's value; nothing when it is unset or empty.
    [[nodiscard]] std::optional<std::string> variable(const std::string& name) const;
};

/// Which orchd to talk to and what proves that it is the right one.
struct Endpoint {
    std::string url;                  ///< "http://127.0.0.1:8080"; empty: through the socket
    std::filesystem::path state_dir;  ///< whose orchd.sock is meant when there is no `url`
    std::string found;                ///< how, a clause for people: "by /srv/config/orch.yaml"
    std::optional<std::filesystem::path> token_file;
    std::vector<std::string> ignored;  ///< what was found and not believed: a sentence each

    /// "/srv/var/orchd.sock", or the address.
    [[nodiscard]] std::string place() const;
};

/// What lets other users in although it should not: modes of token and socket, a sentence each.
[[nodiscard]] std::vector<std::string> openToOthers(const Endpoint& endpoint);

/// The orchd of a state folder, through its socket.
[[nodiscard]] Endpoint endpointOf(const std::filesystem::path& state_dir, const std::string& found);

/// `--url`, `--token-file`, `--state-dir`; empty where not given.
struct EndpointOptions {
    std::string url, token_file, state_dir;
};

/// The options first, then ORCH_URL, ORCH_TOKEN_FILE and ORCH_STATE_DIR; then the state folder this
/// folder lies in; then the state_dir of the nearest orch.yaml or config/orch.yaml, here or above;
/// then ./var. Whoever names an address speaks TCP, everybody else the state folder's socket; the
/// token is the file token in that folder unless named otherwise. A file or folder decides only
/// when nobody but this user and root can have written it (ctl/trust.hpp). Throws UsageError on an
/// address that is none, Unreachable when nothing tells which orchd is meant.
[[nodiscard]] Endpoint findEndpoint(const EndpointOptions& options,
                                    const Surroundings& surroundings);

/// What orchd writes at its start, for people: nothing is opened or sent because of what it says.
struct DaemonFile {
    std::string url;
    long pid{};
    std::string version;  ///< "" when an older one wrote it
};
/// Nothing when there is no such file, or it is damaged or somebody else's.
[[nodiscard]] std::optional<DaemonFile> readDaemonFile(const std::filesystem::path& file);

}  // namespace orch::ctl

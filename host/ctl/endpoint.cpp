#include "ctl/endpoint.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/json_check.hpp"
#include "config/config.hpp"
#include "ctl/exit_code.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8080";

bool belongsToUs(const fs::path& file) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) return false;
    return info.st_uid == geteuid() || info.st_uid == 0;
}

/// A configuration that cannot be loaded names no state_dir; `config check` is who tells why.
/// `started`: the folder that orchd is started in with it.
std::optional<fs::path> stateDirOf(const fs::path& config_file,
                                   const fs::path& started,
                                   const Surroundings& around) {
    if (!belongsToUs(config_file)) return std::nullopt;
    try {
        return started / loadConfig(config_file, around.environment).state_dir;
    } catch (const ConfigError&) {
        return std::nullopt;
    }
}

struct Found {
    DaemonFile daemon;
    fs::path file;
};

std::optional<Found> readAt(const fs::path& state_dir) {
    const auto file = (state_dir / "daemon.json").lexically_normal();
    auto daemon = readDaemonFile(file);
    if (!daemon) return std::nullopt;
    return Found{std::move(*daemon), file};
}

std::optional<Found> searchUpwards(const Surroundings& around) {
    for (auto folder = around.folder;; folder = folder.parent_path()) {
        if (auto found = readAt(folder / "var")) return found;
        for (const auto* file : {"orch.yaml", "config/orch.yaml"}) {
            const auto state = stateDirOf(folder / file, folder, around);
            if (!state) continue;
            if (auto found = readAt(*state)) return found;
        }
        if (folder == folder.parent_path()) return std::nullopt;
    }
}

std::string withoutSlash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

std::optional<fs::path> namedTokenFile(const EndpointOptions& options, const Surroundings& around) {
    if (!options.token_file.empty()) return around.folder / options.token_file;
    const auto variable = around.variable("ORCH_TOKEN_FILE");
    return variable ? std::optional{around.folder / *variable} : std::nullopt;
}

Endpoint namedAddress(const EndpointOptions& options, const Surroundings& around) {
    const auto variable = around.variable("ORCH_URL");
    if (!options.url.empty()) return {withoutSlash(options.url), "from --url", {}};
    if (variable) return {withoutSlash(*variable), "from ORCH_URL", {}};
    return {};
}

void requireHttp(const Endpoint& endpoint) {
    const bool http = endpoint.url.starts_with("http://") && endpoint.url.size() > 7;
    if (http) return;
    throw UsageError("the address \"" + endpoint.url + "\" " + endpoint.found +
                     " is not one of orchd's: it must look like " + kDefaultUrl);
}

}  // namespace

std::optional<std::string> Surroundings::variable(const std::string& name) const {
    const auto found = environment.find(name);
    if (found == environment.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::optional<DaemonFile> readDaemonFile(const fs::path& file) {
    if (!belongsToUs(file)) return std::nullopt;
    const auto text = readFile(file, 64U << 10U);
    if (!text || jsonTrouble(*text)) return std::nullopt;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("url") || !json["url"].is_string()) return std::nullopt;
    DaemonFile daemon{withoutSlash(json["url"]), 0, {}, {}};
    if (json.contains("version") && json["version"].is_string()) daemon.version = json["version"];
    if (json.contains("pid") && json["pid"].is_number_integer()) daemon.pid = json["pid"];
    if (json.contains("token_file") && json["token_file"].is_string()) {
        const auto token = json["token_file"].get<fs::path>();
        daemon.token_file = token.is_absolute() ? token : file.parent_path() / token.filename();
    }
    return daemon;
}

Endpoint findEndpoint(const EndpointOptions& options, const Surroundings& surroundings) {
    auto endpoint = namedAddress(options, surroundings);
    endpoint.token_file = namedTokenFile(options, surroundings);
    const bool complete = !endpoint.url.empty() && endpoint.token_file;
    const auto found = complete ? std::nullopt : searchUpwards(surroundings);
    if (endpoint.url.empty() && found) {
        endpoint.url = found->daemon.url;
        endpoint.found = "from " + found->file.string();
    }
    if (endpoint.url.empty()) {
        endpoint.url = kDefaultUrl;
        endpoint.found = "the default, as no var/daemon.json was found here or above";
    }
    const bool its_own = found && found->daemon.url == endpoint.url;
    if (!endpoint.token_file && its_own && !found->daemon.token_file.empty()) {
        endpoint.token_file = found->daemon.token_file;
    }
    requireHttp(endpoint);
    return endpoint;
}

}  // namespace orch::ctl

#include "ctl/endpoint.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/json_check.hpp"
#include "base/local_socket.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "ctl/exit_code.hpp"
#include "ctl/trust.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

constexpr const char* kExampleUrl = "http://127.0.0.1:8080";

bool belongsToUs(const fs::path& file) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) return false;
    return info.st_uid == geteuid() || info.st_uid == 0;
}

std::string withoutSlash(std::string url) {
    while (url.ends_with('/')) url.pop_back();
    return url;
}

/// Looks for a state folder from where orchctl stands.
class Search {
public:
    explicit Search(const Surroundings& around) : around_(around) {}

    std::optional<Endpoint> run() {
        // Below a state folder everything else may have been put there by an agent.
        if (const auto state = stateFolderAround(around_.folder)) {
            return believed(*state, *state, "the state folder that you stand in");
        }
        for (auto folder = around_.folder;; folder = folder.parent_path()) {
            for (const auto* name : {"orch.yaml", "config/orch.yaml"}) {
                if (auto found = byConfiguration(folder / name, folder)) return found;
            }
            if (folder == folder.parent_path()) break;
        }
        const auto var = around_.folder / "var";
        std::error_code none;
        if (!fs::is_directory(var, none)) return std::nullopt;
        return believed(var, var, "the folder var here");
    }
    [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }

private:
    /// `state`, when `evidence` can be believed.
    std::optional<Endpoint> believed(const fs::path& evidence,
                                     const fs::path& state,
                                     const std::string& how) {
        const auto why = whyUntrusted(evidence);
        if (why.empty()) return endpointOf(state, how);
        ignore(evidence,
               why +
                   ": no file decides here that somebody else than you and root can "
                   "have written (chown, chmod go-w)");
        return std::nullopt;
    }

    /// `started`: the folder that orchd is started in with it.
    std::optional<Endpoint> byConfiguration(const fs::path& file, const fs::path& started) {
        std::error_code none;
        if (!fs::exists(file, none) || !believed(file, file, "")) return std::nullopt;
        try {
            const auto state = started / loadConfig(file, around_.environment).state_dir;
            return endpointOf(state, "by " + file.string());
        } catch (const ConfigError&) {
            ignore(file, "it cannot be loaded; orchctl config check says why");
            return std::nullopt;
        }
    }

    void ignore(const fs::path& what, const std::string& why) {
        ignored_.push_back(what.string() + " is ignored: " + why);
    }

    const Surroundings& around_;
    std::vector<std::string> ignored_;
};

/// An option, or else its variable; empty without either.
std::string given(const std::string& option, const char* variable, const Surroundings& around) {
    return option.empty() ? around.variable(variable).value_or("") : option;
}

void requireHttp(const Endpoint& endpoint) {
    const bool http = endpoint.url.starts_with("http://") && endpoint.url.size() > 7;
    if (http) return;
    throw UsageError("the address \"" + endpoint.url + "\" " + endpoint.found +
                     " is not one of orchd's: it must look like " + kExampleUrl);
}

/// By what is named; nothing when only an address is, or neither.
std::optional<Endpoint> namedState(const EndpointOptions& options, const Surroundings& around) {
    const auto state = given(options.state_dir, "ORCH_STATE_DIR", around);
    if (state.empty()) return std::nullopt;
    return endpointOf(around.folder / state,
                      options.state_dir.empty() ? "from ORCH_STATE_DIR" : "from --state-dir");
}

}  // namespace

std::optional<std::string> Surroundings::variable(const std::string& name) const {
    const auto found = environment.find(name);
    if (found == environment.end() || found->second.empty()) return std::nullopt;
    return found->second;
}

std::string Endpoint::place() const {
    return url.empty() ? (state_dir / kSocketName).string() : url;
}

std::vector<std::string> openToOthers(const Endpoint& endpoint) {
    std::vector<fs::path> kept{endpoint.token_file.value_or("")};
    if (endpoint.url.empty()) kept.push_back(endpoint.state_dir / kSocketName);
    std::vector<std::string> sentences;
    for (const auto& file : kept) {
        struct stat info {};
        if (stat(file.c_str(), &info) != 0 || (info.st_mode & 077U) == 0) continue;
        sentences.push_back("other users can open " + file.string() + ": chmod 600 " +
                            shellWord(file.string()));
    }
    return sentences;
}

Endpoint endpointOf(const fs::path& state_dir, const std::string& found) {
    Endpoint endpoint;
    endpoint.state_dir = state_dir.lexically_normal();
    endpoint.found = found;
    endpoint.token_file = endpoint.state_dir / "token";
    return endpoint;
}

std::optional<DaemonFile> readDaemonFile(const fs::path& file) {
    if (!belongsToUs(file)) return std::nullopt;
    const auto text = readFile(file, 64U << 10U);
    if (!text || jsonTrouble(*text)) return std::nullopt;
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (!json.is_object() || !json.contains("url") || !json["url"].is_string()) return std::nullopt;
    DaemonFile daemon{withoutSlash(json["url"]), 0, {}};
    if (json.contains("version") && json["version"].is_string()) daemon.version = json["version"];
    if (json.contains("pid") && json["pid"].is_number_integer()) daemon.pid = json["pid"];
    return daemon;
}

Endpoint findEndpoint(const EndpointOptions& options, const Surroundings& surroundings) {
    const auto url = withoutSlash(given(options.url, "ORCH_URL", surroundings));
    const auto token = given(options.token_file, "ORCH_TOKEN_FILE", surroundings);
    Search search{surroundings};
    auto endpoint = namedState(options, surroundings);
    const bool complete = endpoint || (!url.empty() && !token.empty());
    if (!complete) endpoint = search.run();
    if (!endpoint && url.empty()) {
        throw Unreachable(
            "cannot tell which orchd is meant: there is no orch.yaml here or above; stand in the "
            "folder that orchd is started in, or name its state folder with --state-dir" +
            (search.ignored().empty() ? "" : "; " + join(search.ignored(), "; ")));
    }
    auto found = endpoint.value_or(Endpoint{});
    found.ignored = search.ignored();
    if (!token.empty()) found.token_file = surroundings.folder / token;
    if (url.empty()) return found;
    found.url = url;
    found.found = options.url.empty() ? "from ORCH_URL" : "from --url";
    requireHttp(found);
    return found;
}

}  // namespace orch::ctl

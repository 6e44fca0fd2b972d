#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/job.hpp"
#include "core/pipeline.hpp"
#include "core/plugin.hpp"
#include "core/project.hpp"
#include "core/retention.hpp"

namespace orch {

/// The variables of a process, by name.
using Environment = std::map<std::string, std::string>;

struct ServerConfig {
    std::string host = "127.0.0.1";  ///< a loopback address, or "localhost"; IPv6 without brackets
    std::uint16_t port = 8080;       ///< 0: any free one
    bool read_open = false;          ///< reading needs no token
    bool operator==(const ServerConfig&) const = default;
};

struct StoreConfig {
    std::string kind = "sqlite";
    std::filesystem::path path = "orch.db";            ///< relative to state_dir
    Milliseconds lock_wait{std::chrono::seconds{30}};  ///< for the orchd that this one replaces
};

struct QueueConfig {
    int max_concurrency = 2;   ///< agent jobs at once, adopted ones included
    int exec_concurrency = 2;  ///< checks and deploys at once
    RetryPolicy retry;
};

struct DiskConfig {
    std::uint64_t min_free = 1'000'000'000;  ///< bytes; below it nothing begins. 0: not looked at
};

/// The commands of stages' checks, which run what agents wrote.
struct ChecksConfig {
    Confine confine = Confine::kAuto;
    std::string run_as;  ///< the user's name; empty: orchd's own
};

/// Everything config/orch.yaml says, checked, with the defaults filled in. Relative paths are
/// relative to the working directory of whoever loaded it.
struct Config {
    std::filesystem::path state_dir = "./var";
    ServerConfig server;
    StoreConfig store;
    QueueConfig queue;
    DiskConfig disk;
    Retention retention;
    std::vector<AgentDef> agents;
    ChecksConfig checks;
    PipelineDef pipeline;
    std::filesystem::path prompts;  ///< the folder with <stage>.md; empty: the built-in ones
    /// Where plugins' libraries are; empty: the folder that comes with orchd.
    std::filesystem::path plugin_directory;
    std::vector<PluginDef> plugins;  ///< what is not in here is not loaded
    std::vector<ProjectDef> projects;

    /// Key ("agents.developer.command[2]") → the text in the file, for values with ${NAME} in
    /// them. They may be secret, so show() and diff() tell this text instead of the value.
    std::map<std::string, std::string> references;
    /// Sentences about what is probably a mistake but stops nothing.
    std::vector<std::string> warnings;

    [[nodiscard]] std::filesystem::path databasePath() const { return state_dir / store.path; }
    [[nodiscard]] const AgentDef* findAgent(const std::string& name) const;
    [[nodiscard]] const ProjectDef* findProject(const std::string& name) const;
};

/// What a file says that leaves everything out.
[[nodiscard]] Config defaultConfig();

/// Reads and checks the file, with the ORCH_* variables of `environment` laid over it. Throws
/// ConfigError: one line a problem, all of them, each "file:line:column: key: sentence" (or
/// "environment NAME: key: sentence"). Values of variables are never part of a message.
[[nodiscard]] Config loadConfig(const std::filesystem::path& file, const Environment& environment);
/// The same for a text that was read from `file`.
[[nodiscard]] Config parseConfig(const std::string& text,
                                 const std::filesystem::path& file,
                                 const Environment& environment);

/// The variables of this process.
[[nodiscard]] Environment processEnvironment();

/// Every key the loader accepts, sorted: "agents.*.timeout", "pipeline.stages[].gate[]". What the
/// JSON Schema is tested against.
[[nodiscard]] std::vector<std::string> acceptedKeys();

/// What this machine lacks for the configuration to work: programs that are not in `search_path`
/// (as in PATH), folders, prompts. "key: sentence" each; changes nothing. A start ends for these.
[[nodiscard]] std::vector<std::string> environmentProblems(const Config& config,
                                                           const std::string& search_path);

/// The same, and what git answers when it is asked about the projects' repositories, for which a
/// start holds the project: what `orchd --check` says. Takes some milliseconds a project.
[[nodiscard]] std::vector<std::string> machineProblems(const Config& config,
                                                       const std::string& search_path);

/// The effective configuration as YAML with every key; loading it gives the same again.
[[nodiscard]] std::string show(const Config& config);

/// One difference. A key names list items by their name: "projects.greeter.repo.base".
struct ConfigChange {
    std::string key, before, after;  ///< "" where the key is not there
};
[[nodiscard]] std::vector<ConfigChange> diff(const Config& before, const Config& after);

}  // namespace orch

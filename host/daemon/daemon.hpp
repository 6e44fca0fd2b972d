#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/tracker.hpp"
#include "daemon/behaviours.hpp"
#include "daemon/daemon_file.hpp"
#include "http/local_listener.hpp"
#include "http/server.hpp"
#include "launch/shim_launcher.hpp"
#include "lease/file_leases.hpp"
#include "pipeline/desk.hpp"
#include "pipeline/janitor.hpp"
#include "pipeline/outbox_runner.hpp"
#include "pipeline/worker.hpp"

namespace orch {

/// orchd, put together: the only place that names concrete adapters. Members stand in the order of
/// their dependencies; the constructor is the start-up order of Q2: orphans, the jobs left running,
/// the worker, plugins, HTTP, and only then the projects' repositories. Agents go on when it is
/// destroyed (Q5).
class Daemon {
public:
    /// `config_file` as the operator named it; `environment` as orchd was started with; `shim` is
    /// the program orch-shim; `umask` is the one agents get; `mask` hides the secrets in what is
    /// stored and answered. Throws Error with a sentence when it cannot start; then nothing is left
    /// behind but folders.
    Daemon(const Config& config,
           const std::string& config_file,
           const Environment& environment,
           const std::filesystem::path& shim,
           const Mask& mask,
           unsigned umask);
    /// Stops in reverse: accepts nothing, begins nothing, ends what runs here, commits.
    ~Daemon();
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    /// Begins to look at the projects' repositories, none of which was asked for anything so far:
    /// none keeps orchd from its start. Never blocks.
    void openProjects();

    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] const Recovery::Report& recovered() const { return recovered_; }
    [[nodiscard]] std::filesystem::path tokenFile() const { return setup_.state_dir / "token"; }

private:
    void begin(const Config& config,
               const std::string& config_file,
               const Environment& environment,
               const std::filesystem::path& shim);
    void startPlugins(const Config& config,
                      const Environment& environment,
                      const std::filesystem::path& programs);
    void stop();
    void addProjects(const std::filesystem::path& shim);
    /// A task in a stage that the pipeline no longer has could go nowhere: refused, listing them.
    void refuseForeignTasks();
    [[nodiscard]] std::unique_ptr<HttpServer> serve(const Config& config,
                                                    const std::string& config_file);

    Setup setup_;
    Store store_;
    FileLeases leases_;
    Lanes lanes_;
    Alarm alarm_;
    std::unique_ptr<Notifier> notifier_;
    std::map<std::string, std::unique_ptr<Tracker>> trackers_;
    std::map<std::string, std::unique_ptr<Forge>> forges_;
    Repositories repositories_;           ///< closed until openProjects()
    std::unique_ptr<Launcher> launcher_;  ///< set in the constructor: the listener comes first
    Observer observer_;
    OutboxRunner outbox_;
    Janitor janitor_;
    Engine engine_;
    Finisher finisher_;
    Admission admission_;
    Worker worker_;
    std::unique_ptr<Recovery> recovery_;
    std::unique_ptr<Desk> desk_;
    std::unique_ptr<Behaviours> behaviours_;
    Recovery::Report recovered_;
    std::string url_;
    std::uint16_t port_ = 0;
    std::unique_ptr<LocalListener> socket_;
    std::unique_ptr<HttpServer> http_;
    std::unique_ptr<DaemonFile> file_;
};

}  // namespace orch

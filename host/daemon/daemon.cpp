#include "daemon/daemon.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "daemon/agent_access.hpp"
#include "daemon/plugins_from_config.hpp"
#include "daemon/setup_from_config.hpp"
#include "forge/local_git_forge.hpp"
#include "http/listening_socket.hpp"
#include "http/token.hpp"
#include "notify/log_notifier.hpp"
#include "store/tasks.hpp"
#include "tracker/builtin_tracker.hpp"

namespace orch {

namespace {

constexpr unsigned kLaneThreads = 4;

/// Agents that run as another user pass through the state folder. SQLite gives the files it makes
/// beside the database the database's mode.
void keepPrivate(const std::filesystem::path& database) {
    const UniqueFd made{open(database.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (made && fchmod(made.get(), 0600) == 0) return;
    throw StoreError("cannot keep " + database.string() +
                     " from other users: " + std::generic_category().message(errno));
}

std::filesystem::path preparedDatabase(const Setup& setup, const Config& config) {
    ensureFolder(setup.state_dir);
    auto file = setup.state_dir / config.store.path;
    if (!setup.users.empty()) keepPrivate(file);
    return file;
}

std::map<std::string, std::string> baseBranches(const Setup& setup) {
    std::map<std::string, std::string> branches;
    for (const auto& [name, project] : setup.projects) branches[name] = project.base;
    return branches;
}

}  // namespace

Daemon::Daemon(const Config& config,
               const std::string& config_file,
               const Environment& environment,
               const std::filesystem::path& shim,
               const Mask& mask,
               unsigned umask)
    : setup_(setupFrom(config, config_file, environment, shim.parent_path(), mask, umask)),
      store_(preparedDatabase(setup_, config), config.store.lock_wait, setup_.mask),
      leases_(setup_.state_dir / "merge"),
      lanes_(kLaneThreads),
      notifier_(std::make_unique<LogNotifier>()),
      repositories_(store_, lanes_, alarm_),
      observer_(store_,
                setup_,
                repositories_,
                [this](AttemptKey key) { return launcher_->folderOf(key); }),
      outbox_(store_, lanes_, alarm_, *notifier_),
      janitor_(store_, setup_, repositories_, alarm_),
      engine_(store_,
              setup_,
              observer_,
              lanes_,
              alarm_,
              [this] {
                  outbox_.wake();
                  janitor_.wake();
              }),
      finisher_(store_, setup_, engine_, lanes_, alarm_),
      admission_(
          store_,
          setup_,
          lanes_,
          alarm_,
          [this] { return freeBytes(setup_.state_dir); },
          [this] { outbox_.wake(); }),
      worker_(store_, setup_, repositories_, observer_, leases_, finisher_, admission_, alarm_) {
    try {
        begin(config, config_file, environment, shim);
    } catch (...) {
        stop();  // a destructor does not follow, and what was begun uses the members
        throw;
    }
}

Daemon::~Daemon() {
    stop();
}

void Daemon::begin(const Config& config,
                   const std::string& config_file,
                   const Environment& environment,
                   const std::filesystem::path& shim) {
    // Whether there is a port, and the state folder is ours, is known before anything is touched.
    const auto reserved = bindTo(config.server.host, config.server.port);
    port_ = portOf(reserved.get());
    url_ = urlOf(reserved.get());
    socket_ = std::make_unique<LocalListener>(setup_.state_dir);
    setup_.api_url = url();
    setup_.read_token = ensureToken(setup_.state_dir, kReadTokenFile);
    store_.setPassEnd([this](Tx& tx) { return worker_.claim(tx); });
    refuseForeignTasks();
    addProjects(shim);
    launcher_ = std::make_unique<ShimLauncher>(setup_.state_dir / "jobs", shim, finisher_);
    recovery_ = std::make_unique<Recovery>(store_, *launcher_, finisher_, lanes_, alarm_);
    desk_ = std::make_unique<Desk>(
        store_, setup_, engine_, admission_, *launcher_, *recovery_, worker_);
    recovered_ = recovery_->run();
    worker_.start(*launcher_);
    engine_.advanceIdle();
    outbox_.wake();
    janitor_.start(*launcher_);
    startPlugins(config, environment, shim.parent_path());
    http_ = serve(config, config_file);
    file_ = std::make_unique<DaemonFile>(setup_.state_dir, url());
}

void Daemon::openProjects() {
    repositories_.openAll();
}

void Daemon::startPlugins(const Config& config,
                          const Environment& environment,
                          const std::filesystem::path& programs) {
    behaviours_ =
        std::make_unique<Behaviours>(Behaviours::Parts{.store = store_,
                                                       .setup = setup_,
                                                       .leases = leases_,
                                                       .launcher = *launcher_,
                                                       .worker = worker_,
                                                       .finisher = finisher_,
                                                       .recovery = *recovery_,
                                                       .lanes = lanes_,
                                                       .alarm = alarm_,
                                                       .told = [this] { outbox_.wake(); }},
                                     pluginPlaces(config, environment, programs),
                                     config.plugins);
    behaviours_->host().start();
}

void Daemon::stop() {
    file_.reset();
    http_.reset();
    socket_.reset();
    if (behaviours_) behaviours_->host().stop();
    worker_.drain();
    alarm_.stop();
    lanes_.stop();
    launcher_.reset();
    try {
        // What was posted may still call the worker at the end of its pass.
        store_.flush();
    } catch (const StoreError&) {  // the store has said so: a restart finds what was not written
    }
}

void Daemon::refuseForeignTasks() {
    std::vector<std::string> foreign;
    for (const auto* state : {"active", "paused", "parked"}) {
        const auto tasks = store_.read(
            [&](Connection& db) { return listTasks(db, {.state = state, .limit = 100'000}); });
        for (const auto& task : tasks) {
            if (setup_.pipeline.find(task.stage) != nullptr) continue;
            foreign.push_back(name(task.id) + " in " + task.stage);
        }
    }
    if (foreign.empty()) return;
    throw ConfigError("pipeline.stages: tasks stand in stages that are not there any more (" +
                      shorten(join(foreign, ", "), 400) +
                      "): put the stages back until these tasks are done or cancelled");
}

void Daemon::addProjects(const std::filesystem::path& shim) {
    for (const auto& [name, project] : setup_.projects) {
        forges_[name] = std::make_unique<LocalGitForge>(project.path,
                                                        project.base,
                                                        mirrorOf(setup_, name),
                                                        agentAccess(setup_, name, shim),
                                                        formerMirrorOf(setup_, name));
        repositories_.add(name, *forges_[name]);
        trackers_[name] = std::make_unique<BuiltinTracker>();
        outbox_.addTracker(name, *trackers_[name]);
    }
    repositories_.whenTold([this] { outbox_.wake(); });
    repositories_.whenOpen([this](const std::string& project) {
        store_.kick();
        engine_.advanceIdle(project);
        janitor_.projectOpened(project);
    });
    if (setup_.projects.empty()) return;
    store_.write([&](Tx& tx) {
        for (const auto& [name, project] : setup_.projects) {
            ensureProject(tx, name, project.path.string());
        }
    });
}

std::unique_ptr<HttpServer> Daemon::serve(const Config& config, const std::string& config_file) {
    const HttpOptions options{.host = config.server.host,
                              .port = port_,
                              .token = ensureToken(setup_.state_dir),
                              .read_token = setup_.read_token,
                              .read_open = config.server.read_open,
                              .local = socket_.get()};
    return std::make_unique<HttpServer>(
        options,
        Api{.store = store_,
            .orders = *desk_,
            .clock = store_.clock(),
            .trouble = [this] { return store_.trouble(); },
            .disk = [this] { return admission_.report(); },
            .janitor = [this] { return janitor_.report(); },
            .plugins = [this] { return behaviours_->host().list(); },
            .switch_plugin =
                [this](const std::string& name, bool on, const std::string& by) {
                    return behaviours_->host().order(name, on, by);
                },
            .hung = [this] { return behaviours_->host().hung(); },
            .state_dir = setup_.state_dir,
            .base_branches = baseBranches(setup_),
            .config_text = show(config),
            .config_file = config_file,
            .max_concurrency = config.queue.max_concurrency,
            .confinement = confinementInForce(config),
            .mask = setup_.mask,
            .projects = [this] { return repositories_.statuses(); },
            .look_at_project =
                [this](const std::string& project) { return repositories_.lookNow(project); }});
}

}  // namespace orch

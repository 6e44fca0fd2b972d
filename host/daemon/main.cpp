#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/masked_output.hpp"
#include "base/own_limits.hpp"
#include "config/config.hpp"
#include "config/secrets.hpp"
#include "config/trusted.hpp"
#include "daemon/agent_users.hpp"
#include "daemon/attack.hpp"
#include "daemon/daemon.hpp"
#include "daemon/own_environment.hpp"
#include "daemon/plugins_from_config.hpp"
#include "daemon/setup_from_config.hpp"
#include "http/token.hpp"

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr unsigned kStopWithinSeconds = 10;

constexpr auto kFooter = R"(Examples:
  orchd --config config/orch.yaml --check    says what is wrong with it, a line each
  orchd --config config/orch.yaml            runs until SIGTERM; agents outlive it
  orchctl doctor --attack                    what --attack found, for people

Exit codes: 0 done, 1 could not start (a sentence on stderr), 2 usage.
orchctl talks to it: orchctl status, orchctl task add --project P "TITLE".)";

/// Threads inherit the mask, so only sigwait in main ever sees these. A child gets an empty mask.
sigset_t blockStopSignals() {
    sigset_t stop;
    sigemptyset(&stop);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&stop, signal);
    pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return stop;
}

/// What hangs at the end (a git command, a disk) is left as a crash would leave it, which every
/// start deals with.
void boundTheStop() {
    signal(SIGALRM, [](int) {
        constexpr std::string_view kWords = "orchd: something hangs: stopped without waiting\n";
        (void)!write(STDERR_FILENO, kWords.data(), kWords.size());
        _exit(0);
    });
    alarm(kStopWithinSeconds);
}

/// A watched attempt holds a descriptor or two, and the usual limit is 1,024.
void raiseDescriptorLimit() {
    constexpr rlim_t kEnough = 16'384;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kEnough) return;
    limit.rlim_cur = std::min(limit.rlim_max, kEnough);
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// False, with a sentence, when one is left that would end us without a word.
bool outlivesItsLimits() {
    const auto left = orch::liftOwnLimits();
    for (const auto& limit : left.narrow) std::cerr << "orchd: warning: " << limit << "\n";
    for (const auto& limit : left.fatal) std::cerr << "orchd: " << limit << "\n";
    return left.fatal.empty();
}

/// The folder this program is in.
std::filesystem::path programs() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

using Question = std::vector<std::string> (*)(const orch::Config&, const std::string& search_path);

/// What others could have written decides nothing. False, with a sentence, for such a file.
bool isOurs(const std::string& file) {
    const auto problem = orch::untrustedConfiguration(file);
    if (problem) std::cerr << file << ": " << *problem << "\n";
    return !problem;
}

/// Prints what this machine lacks; answers how much.
std::size_t tellProblems(Question question,
                         const orch::Config& config,
                         const orch::Environment& environment,
                         const std::string& file) {
    for (const auto& warning : config.warnings) std::cerr << "orchd: warning: " << warning << "\n";
    for (const auto& sentence : orch::unmaskedReferences(config, environment)) {
        std::cerr << "orchd: warning: " << sentence << "\n";
    }
    const auto found = environment.find("PATH");
    const auto path = found == environment.end() ? "" : found->second;
    for (const auto& warning : orch::trustWarnings(config, path)) {
        std::cerr << "orchd: warning: " << warning << "\n";
    }
    auto problems = question(config, path);
    for (auto& problem : orch::trustProblems(config, file, programs(), path)) {
        // A plugin is refused where it is loaded, by --check too, and stops nothing else.
        if (!problem.of_plugin) problems.push_back(std::move(problem.sentence));
    }
    for (const auto& problem : problems) std::cerr << file << ": " << problem << "\n";
    return problems.size();
}

/// What no word of ours may show. With the tokens, once there are some.
orch::Mask maskOf(const orch::Config& config,
                  const orch::Environment& environment,
                  const std::vector<orch::NamedSecret>& tokens = {}) {
    auto secrets = orch::secretsOf(config, environment);
    secrets.insert(secrets.end(), tokens.begin(), tokens.end());
    return orch::Mask(std::move(secrets));
}

std::vector<orch::NamedSecret> tokensIn(const orch::Config& config) {
    const auto folder = std::filesystem::absolute(config.state_dir).lexically_normal();
    const auto read = [&](const char* file) {
        return orch::Secret{orch::ensureToken(folder, file)};
    };
    return {{"ORCH_TOKEN", read(orch::kTokenFile)},
            {"ORCH_READ_TOKEN", read(orch::kReadTokenFile)}};
}

int check(const orch::Config& config,
          const orch::Environment& environment,
          const std::string& file) {
    const orch::MaskedOutput masked(maskOf(config, environment));
    auto found = tellProblems(orch::machineProblems, config, environment, file);
    for (const auto& problem : orch::pluginProblems(config, environment, programs())) {
        std::cerr << problem << "\n";
        ++found;
    }
    if (found > 0) return kFailed;
    std::cout << file << ": good: " << config.pipeline.stages.size() << " stages, "
              << config.projects.size() << " projects\n";
    return 0;
}

/// Says what had to be put right.
void closeStateFolder(const orch::Config& config) {
    const auto users = orch::agentUsers(config);
    const auto group =
        users.empty() ? std::nullopt : std::optional{users.begin()->second.ids.group};
    const auto folder = std::filesystem::absolute(config.state_dir).lexically_normal();
    if (const auto closed = orch::closeStateFolder(folder, group)) {
        std::cout << "orchd: " << *closed << std::endl;
    }
}

/// A JSON object a line on stdout for each thing that was tried, for orchctl doctor --attack.
int attack(const orch::Config& config,
           const orch::Environment& environment,
           const std::string& file,
           const std::string& api) {
    const auto mask = maskOf(config, environment);
    const orch::MaskedOutput masked(mask);
    const auto umask = orch::keepWritesOwn();
    const auto setup = orch::setupFrom(config, file, environment, programs(), mask, umask);
    orch::ensureFolder(setup.state_dir);
    for (const auto& tried :
         orch::playHostileAgent(setup, programs(), {api, config.server.read_open})) {
        std::cout << orch::asJson(tried) << "\n";
    }
    return 0;
}

int run(const orch::Config& config, const orch::Environment& environment, const std::string& file) {
    std::optional<orch::MaskedOutput> masked(maskOf(config, environment));
    // The start itself asks the repositories, and once is enough.
    if (tellProblems(orch::environmentProblems, config, environment, file) > 0) return kFailed;
    auto stop = blockStopSignals();
    raiseDescriptorLimit();
    const auto umask = orch::keepWritesOwn();
    closeStateFolder(config);
    orch::forgetSecrets(config);
    orch::useOwnGitSettings(config);
    const auto mask = maskOf(config, environment, tokensIn(config));
    masked.reset();
    masked.emplace(mask);
    orch::Daemon daemon(config, file, environment, programs() / "orch-shim", mask, umask);
    const auto& seen = daemon.recovered();
    std::cout << "orchd " ORCH_VERSION " at " << daemon.url() << "\n"
              << "token in " << daemon.tokenFile().string() << "\n"
              << "adopted " << seen.adopted << ", finished " << seen.finished << ", lost "
              << seen.lost << ", queued again " << seen.released << std::endl;
    daemon.openProjects();
    int signal = 0;
    sigwait(&stop, &signal);
    // A second signal means now: the kernel's default ends the process. Agents are not touched.
    pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    boundTheStop();
    std::cout << "orchd stops; running agents go on" << std::endl;
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"orchd moves work items through stages run by agents, on your own machine."};
    std::string file = "config/orch.yaml";
    bool only_check = false, only_attack = false;
    std::string api;
    app.add_option("--config", file, "the configuration file")->capture_default_str();
    app.add_flag("--check", only_check, "check the configuration and this machine, then end");
    app.add_flag("--attack", only_attack, "play a hostile agent, tell what it could do, then end")
        ->excludes("--check");
    app.add_option("--api", api, "with --attack: the address of the orchd that runs")
        ->type_name("URL")
        ->needs("--attack");
    app.set_version_flag("--version", "orchd " ORCH_VERSION);
    app.footer(kFooter);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kUsage;
    }
    // Nobody of the same user reads our memory or environment, and there are no core dumps.
    prctl(PR_SET_DUMPABLE, 0);
    if (!outlivesItsLimits()) return kFailed;
    try {
        if (!isOurs(file)) return kFailed;
        const auto environment = orch::processEnvironment();
        const auto config = orch::loadConfig(file, environment);
        if (only_attack) return attack(config, environment, file, api);
        return only_check ? check(config, environment, file) : run(config, environment, file);
    } catch (const orch::ConfigError& error) {
        std::cerr << error.what() << "\n";
    } catch (const std::exception& error) {
        std::cerr << "orchd: " << error.what() << "\n";
    }
    return kFailed;
}

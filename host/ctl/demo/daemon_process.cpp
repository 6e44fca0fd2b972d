#include "ctl/demo/daemon_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ctl/demo/patience.hpp"
#include "ctl/exit_code.hpp"

namespace orch::ctl {

using namespace std::chrono_literals;

namespace {

constexpr auto kReadyWithin = 30s;
constexpr auto kStopWithin = 10s;

/// The user's ORCH_* settings are about another orchd.
std::vector<std::string> environmentWithoutOrch() {
    std::vector<std::string> variables;
    for (char** at = environ; *at != nullptr; ++at) {
        const std::string_view variable{*at};
        const bool other = variable.starts_with("ORCH_") || variable.starts_with("GIT_");
        if (!other) variables.emplace_back(variable);
    }
    return variables;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// What the child's descriptors, signals and group shall be.
class SpawnPlan {
public:
    explicit SpawnPlan(const std::filesystem::path& log) {
        posix_spawn_file_actions_init(&files);
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(
            &files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&files, 3);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    ~SpawnPlan() {
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&files);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t attributes{};
};

int exitCodeOf(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

DaemonProcess::DaemonProcess(std::filesystem::path program, DemoFolder folder)
    : program_(std::move(program)), folder_(std::move(folder)) {}

DaemonProcess::~DaemonProcess() {
    stop();
}

void DaemonProcess::spawn() {
    const SpawnPlan plan{folder_.daemonLog()};
    std::vector<std::string> command{program_.string(), "--config", folder_.config().string()};
    auto environment = environmentWithoutOrch();
    const int error = posix_spawn(&pid_,
                                  program_.c_str(),
                                  &plan.files,
                                  &plan.attributes,
                                  pointersTo(command).data(),
                                  pointersTo(environment).data());
    if (error == 0) return;
    pid_ = -1;
    throw Error("cannot start " + program_.string() + ": " +
                std::generic_category().message(error));
}

void DaemonProcess::start() {
    spawn();
    awaitReady();
}

bool DaemonProcess::ready() const {
    const auto daemon = readDaemonFile(folder_.state() / "daemon.json");
    if (!daemon || daemon->pid != pid_) return false;
    try {
        return client().get("/readyz").is_object();
    } catch (const Unreachable&) {
        return false;
    } catch (const RefusedByOrchd&) {
        return false;  // 503: not ready yet
    }
}

void DaemonProcess::awaitReady() const {
    const Patience patience{"orchd to be ready; its log ends with: " + lastWords(), kReadyWithin};
    while (!ready()) {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            throw Error("orchd ended with " + std::to_string(exitCodeOf(status)) +
                        " instead of becoming ready: " + lastWords());
        }
        patience.step();
    }
}

void DaemonProcess::pullThePlug() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

int DaemonProcess::stop() {
    if (pid_ <= 0) return 0;
    kill(pid_, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + kStopWithin;
    int status = 0;
    while (waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline) kill(pid_, SIGKILL);
        std::this_thread::sleep_for(10ms);
    }
    pid_ = -1;
    return exitCodeOf(status);
}

Client DaemonProcess::client() const {
    return Client{endpointOf(folder_.state(), "the demo's folder")};
}

std::string DaemonProcess::lastWords() const {
    return cleanUtf8(readTail(folder_.daemonLog(), 2000));
}

}  // namespace orch::ctl

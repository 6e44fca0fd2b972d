#include "ctl/demo/leftovers.hpp"

#include <csignal>
#include <functional>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "base/process.hpp"
#include "ctl/demo/ledger.hpp"
#include "ctl/endpoint.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

bool within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

bool gone(pid_t pid) {
    const auto identity = identityOf(pid);
    return !identity || observe(*identity) == Liveness::kDead;
}

void endDaemon(const DemoFolder& folder) {
    const auto daemon = readDaemonFile(folder.state() / "daemon.json");
    if (!daemon || daemon->pid <= 1 || !belongsTo(daemon->pid, folder.root)) return;
    const auto pid = static_cast<pid_t>(daemon->pid);
    kill(pid, SIGTERM);
    if (!within(10s, [&] { return gone(pid); })) kill(pid, SIGKILL);
}

bool anyAttemptLives(const DemoFolder& folder) {
    std::error_code none;  // no jobs were ever started
    for (const auto& entry : fs::directory_iterator{folder.state() / "jobs", none}) {
        if (lockState(entry.path() / "lock") == LockState::kHeld) return true;
    }
    return false;
}

void killAgents(const DemoFolder& folder) {
    for (const auto& run : readLedger(folder.ledger()).unfinished()) {
        // An agent leads its process group, so this is all it started as well.
        if (belongsTo(run.pid, folder.agents())) kill(-static_cast<pid_t>(run.pid), SIGKILL);
    }
}

}  // namespace

bool belongsTo(long pid, const fs::path& folder) {
    const auto command = readFile("/proc/" + std::to_string(pid) + "/cmdline", 64U << 10U);
    return command && command->find(folder.string() + "/") != std::string::npos;
}

void endLeftovers(const DemoFolder& folder) {
    endDaemon(folder);
    if (!anyAttemptLives(folder)) return;
    replaceFile(folder.stop(), "the demo is over\n", Sync::kNo);
    const auto over = [&] { return !anyAttemptLives(folder); };
    if (within(3s, over)) return;
    killAgents(folder);
    if (within(15s, over)) return;
    throw Error("something of the demo still runs: see the locks below " +
                (folder.state() / "jobs").string());
}

}  // namespace orch::ctl

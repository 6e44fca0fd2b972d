#include "launch/shim_launcher.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/ownership.hpp"
#include "base/tree.hpp"
#include "launch/end_process.hpp"
#include "launch/glance.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/spawn_shim.hpp"
#include "launch/spec_file.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

void requireRunnable(const fs::path& shim) {
    if (access(shim.c_str(), X_OK) == 0) return;
    throw LaunchError("cannot run the shim " + shim.string() + ": " + strerror(errno) +
                      "; orch-shim has to be installed beside orchd");
}

/// The folder is the start's idempotency.
void makeFolder(const AttemptFolder& folder) {
    if (mkdir(folder.path.c_str(), 0700) == 0) return;
    if (errno == EEXIST) {
        throw LaunchError("attempt " + name(folder.key) +
                          " was already started: " + folder.path.string() + " exists");
    }
    throw LaunchError("cannot make the attempt's folder " + folder.path.string() + ": " +
                      strerror(errno));
}

/// Nobody else owns the lock of a new folder, but somebody may be looking at it for an instant.
UniqueFd takeLock(const AttemptFolder& folder) {
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
        if (auto lock = tryLock(folder.lock())) return std::move(*lock);
        std::this_thread::yield();
    }
    throw LaunchError("cannot lock " + folder.lock().string() + ": somebody else holds it");
}

template <typename Do>
auto orThrow(const std::string& tried, Do what) {
    try {
        return what();
    } catch (const fs::filesystem_error& error) {
        throw LaunchError(tried + ": " + error.code().message());
    }
}

/// Of all in the folder the prompt alone is for the agent.
void letRead(const AttemptFolder& folder, const UserIds& user) {
    letPass(folder.path.parent_path(), user.group);
    letPass(folder.path, user.group);
    (void)giveTo(folder.prompt(), user.user, user.group);
}

void remove(const AttemptFolder& unwanted) {
    try {
        deleteTree(unwanted.path);
    } catch (const Error& error) {
        throw LaunchError(error.what());
    }
}

}  // namespace

ShimLauncher::ShimLauncher(fs::path jobs, fs::path shim, AttemptListener& listener)
    : jobs_(std::move(jobs)), shim_(std::move(shim)), supervisor_(listener) {
    requireRunnable(shim_);
    ensureFolder(jobs_);
}

fs::path ShimLauncher::folderOf(AttemptKey key) const {
    return folder(key).path;
}

void ShimLauncher::start(const StartSpec& spec) {
    if (spec.command.empty()) {
        throw LaunchError("cannot start attempt " + name(spec.key) + ": its command is empty");
    }
    const auto made = folder(spec.key);
    makeFolder(made);
    crashPoint("launch.folder_made");
    try {
        fillAndSpawn(made, spec);
    } catch (const Error& error) {
        remove(made);
        throw LaunchError(error.what());
    }
}

void ShimLauncher::fillAndSpawn(const AttemptFolder& made, const StartSpec& spec) {
    const auto lock = takeLock(made);
    crashPoint("launch.lock_taken");
    replaceFile(made.spec(), encodeSpec(shimSpecFor(spec)), Sync::kNo);
    replaceFile(made.prompt(), spec.prompt, Sync::kNo);
    if (spec.confinement && spec.confinement->user) letRead(made, *spec.confinement->user);
    crashPoint("launch.spec_written");
    auto shim = spawnShim(shim_, made, lock);
    crashPoint("launch.spawned");
    // Our child: its pid is its own until it was waited for. Without a descriptor for it the
    // supervisor seeks it by proc.json.
    auto pidfd = openPidfd(shim.pid);
    supervisor_.add(
        std::make_unique<WatchedAttempt>(made, std::move(pidfd), std::move(shim.notice)));
}

AttemptObservation ShimLauncher::look(AttemptKey key) const {
    return observeAttempt(folder(key));
}

Glance ShimLauncher::glance(AttemptKey key) const {
    return glanceAt(folder(key));
}

fs::path ShimLauncher::keepDamagedExit(AttemptKey key) {
    return keepCopyOfExit(folder(key));
}

void ShimLauncher::watch(AttemptKey key) {
    // Without a descriptor for its shim the supervisor seeks it, and again while the folder cannot
    // be read.
    supervisor_.add(std::make_unique<WatchedAttempt>(folder(key), UniqueFd{}, UniqueFd{}));
}

void ShimLauncher::cancel(AttemptKey key) {
    supervisor_.cancel(key);
}

bool ShimLauncher::endOrphans(AttemptKey key) {
    using namespace std::chrono_literals;
    OrphanHunt hunt(folder(key));
    auto pause = 1ms;
    for (auto waited = 0ms; waited < 1s; waited += pause, pause = pause * 2) {
        if (hunt.pass()) return true;
        std::this_thread::sleep_for(pause);  // SIGKILL takes effect in a moment of its own
    }
    return hunt.pass();
}

bool ShimLauncher::endProcess(const ProcessIdentity& agent, int signal) {
    return endWithGroup(agent, signal);
}

std::vector<AttemptKey> ShimLauncher::folders() const {
    return orThrow("cannot list " + jobs_.string(), [&] {
        std::vector<AttemptKey> keys;
        for (const auto& entry : fs::directory_iterator(jobs_)) {
            const auto key = parseAttemptKey(entry.path().filename().string());
            std::error_code unknown;
            const bool is_folder = fs::is_directory(entry.symlink_status(unknown));
            if (key && is_folder) keys.push_back(*key);
        }
        return keys;
    });
}

bool ShimLauncher::removeFolder(AttemptKey key) {
    const auto unwanted = folder(key);
    if (lockState(unwanted.lock()) == LockState::kHeld) return false;
    remove(unwanted);
    return true;
}

bool ShimLauncher::watches(AttemptKey key) const {
    return supervisor_.watches(key);
}

std::size_t ShimLauncher::watched() const {
    return supervisor_.watched();
}

}  // namespace orch

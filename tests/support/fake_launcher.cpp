#include "support/fake_launcher.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace orch::testing {

FakeLauncher::FakeLauncher(World& world, AttemptListener& listener, std::filesystem::path jobs)
    : world_(world), listener_(listener), jobs_(std::move(jobs)) {}

void FakeLauncher::end(AttemptKey key, const std::optional<ExitRecord>& record) {
    AttemptObservation seen;
    bool heard = false;
    {
        const std::lock_guard lock(world_.mutex);
        world_.alive.erase(key);
        if (record) world_.exits[key] = *record;
        seen = lookLocked(key);
        heard = watched_.erase(key) > 0;
    }
    if (heard) listener_.attemptEnded(key, seen);
}

void FakeLauncher::exit(AttemptKey key, int code) {
    end(key, ExitRecord{.key = key, .outcome = Outcome::kExited, .exit_code = code});
}

void FakeLauncher::dieBySignal(AttemptKey key, int signal) {
    end(key, ExitRecord{.key = key, .outcome = Outcome::kSignaled, .signal = signal});
}

void FakeLauncher::loseShim(AttemptKey key, bool agent_too) {
    {
        const std::lock_guard lock(world_.mutex);
        if (!agent_too) world_.shimless.insert(key);
    }
    if (agent_too) return end(key, std::nullopt);
    const std::lock_guard lock(world_.mutex);
    world_.alive.erase(key);
}

void FakeLauncher::unwatch(AttemptKey key) {
    const std::lock_guard lock(world_.mutex);
    watched_.erase(key);
}

void FakeLauncher::exitDamaged(AttemptKey key) {
    {
        const std::lock_guard lock(world_.mutex);
        world_.damaged.insert(key);
    }
    end(key, std::nullopt);
}

void FakeLauncher::ignoreCancel(bool ignore) {
    const std::lock_guard lock(world_.mutex);
    ignores_cancel_ = ignore;
}

void FakeLauncher::refuseNextStart(const std::string& sentence) {
    const std::lock_guard lock(world_.mutex);
    refusal_ = sentence;
}

std::vector<AttemptKey> FakeLauncher::alive() const {
    const std::lock_guard lock(world_.mutex);
    return {world_.alive.begin(), world_.alive.end()};
}

StartSpec FakeLauncher::specOf(AttemptKey key) const {
    const std::lock_guard lock(world_.mutex);
    return world_.started.at(key);
}

std::vector<AttemptKey> FakeLauncher::cancelled() const {
    const std::lock_guard lock(world_.mutex);
    return cancelled_;
}

std::filesystem::path FakeLauncher::folderOf(AttemptKey key) const {
    return jobs_ / name(key);
}

void FakeLauncher::start(const StartSpec& spec) {
    ProcRecord proc{.key = spec.key, .boot_id = bootId(), .shim = {1, 1}, .agent = world_.agent};
    {
        const std::lock_guard lock(world_.mutex);
        if (!refusal_.empty()) throw LaunchError(std::exchange(refusal_, {}));
        if (world_.started.contains(spec.key)) throw LaunchError("was already started");
        world_.started[spec.key] = spec;
        world_.alive.insert(spec.key);
        watched_.insert(spec.key);
        const auto same_task = std::ranges::count_if(world_.alive, [&](AttemptKey key) {
            return !spec.task.empty() && world_.started[key].task == spec.task;
        });
        world_.most_alive_at_once =
            std::max(world_.most_alive_at_once, static_cast<int>(same_task));
    }
    listener_.attemptStarted(proc);
}

AttemptObservation FakeLauncher::lookLocked(AttemptKey key) const {
    AttemptObservation seen;
    if (!world_.started.contains(key)) {
        seen.agent = Liveness::kDead;
        return seen;
    }
    const bool alive = world_.alive.contains(key);
    seen.lock = alive ? LockState::kHeld : LockState::kFree;
    seen.proc = ProcRecord{.key = key, .boot_id = bootId(), .shim = {1, 1}, .agent = world_.agent};
    const bool agent = alive || world_.shimless.contains(key);
    seen.agent = agent ? Liveness::kAlive : Liveness::kDead;
    const auto exit = world_.exits.find(key);
    if (!alive && exit != world_.exits.end()) seen.exit = exit->second;
    seen.exit_damaged = !alive && world_.damaged.contains(key);
    return seen;
}

AttemptObservation FakeLauncher::look(AttemptKey key) const {
    const std::lock_guard lock(world_.mutex);
    return lookLocked(key);
}

Glance FakeLauncher::glance(AttemptKey key) const {
    const std::lock_guard lock(world_.mutex);
    const auto seen = lookLocked(key);
    Glance glance{.lock = seen.lock == LockState::kHeld   ? SeenLock::kHeld
                          : seen.lock == LockState::kFree ? SeenLock::kFree
                                                          : SeenLock::kAbsent};
    if (glance.lock == SeenLock::kHeld) return glance;
    glance.record = seen.exit;
    glance.exit = seen.exit           ? SeenExit::kValid
                  : seen.exit_damaged ? SeenExit::kDamaged
                                      : SeenExit::kNone;
    glance.proc = seen.proc;
    return glance;
}

std::filesystem::path FakeLauncher::keepDamagedExit(AttemptKey key) {
    return folderOf(key) / "exit.damaged.json";
}

bool FakeLauncher::endProcess(const ProcessIdentity& agent, int /*signal*/) {
    const std::lock_guard lock(world_.mutex);
    world_.ended.push_back(agent);
    return true;
}

void FakeLauncher::watch(AttemptKey key) {
    AttemptObservation seen;
    {
        const std::lock_guard lock(world_.mutex);
        seen = lookLocked(key);
        if (seen.lock == LockState::kHeld) watched_.insert(key);
    }
    if (seen.lock == LockState::kHeld) return listener_.attemptStarted(*seen.proc);
    listener_.attemptEnded(key, seen);
}

void FakeLauncher::cancel(AttemptKey key) {
    {
        const std::lock_guard lock(world_.mutex);
        if (!watched_.contains(key)) return;
        cancelled_.push_back(key);
        if (ignores_cancel_) return;
    }
    end(key,
        ExitRecord{.key = key,
                   .outcome = Outcome::kCancelled,
                   .signal = 15,
                   .killed_by = KilledBy::kRequest});
}

bool FakeLauncher::endOrphans(AttemptKey key) {
    const std::lock_guard lock(world_.mutex);
    world_.shimless.erase(key);
    world_.alive.erase(key);
    return true;
}

std::vector<AttemptKey> FakeLauncher::folders() const {
    const std::lock_guard lock(world_.mutex);
    std::vector<AttemptKey> keys;
    for (const auto& [key, spec] : world_.started) keys.push_back(key);
    return keys;
}

bool FakeLauncher::removeFolder(AttemptKey key) {
    const std::lock_guard lock(world_.mutex);
    if (world_.alive.contains(key)) return false;
    world_.exits.erase(key);
    return world_.started.erase(key) > 0;
}

bool FakeLauncher::watches(AttemptKey key) const {
    const std::lock_guard lock(world_.mutex);
    return watched_.contains(key);
}

std::size_t FakeLauncher::watched() const {
    const std::lock_guard lock(world_.mutex);
    return watched_.size();
}

}  // namespace orch::testing

#include "launch/watched_attempt.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>

#include "base/error.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/spawn_shim.hpp"
#include "launch/spec_file.hpp"

namespace orch {

namespace {

constexpr Milliseconds kFirstPause{2};
constexpr Milliseconds kLongestPause{1000};
/// Beyond the grace: a shim that does not end its agent by then is stopped or stuck itself.
constexpr Milliseconds kShimsOwnTime{5000};

Milliseconds graceOf(const AttemptFolder& folder) {
    const auto found = folder.read(folder.spec(), kLongestSpec);
    if (!found.text) return {};
    try {
        return decodeSpec(*found.text).start.grace;
    } catch (const LaunchError&) {
        return {};
    }
}

}  // namespace

UniqueFd openShim(const ProcRecord& proc) {
    if (proc.boot_id != bootId()) return {};
    auto pidfd = openPidfd(proc.shim.pid);
    return pidfd && observe(proc.shim) == Liveness::kAlive ? std::move(pidfd) : UniqueFd{};
}

WatchedAttempt::WatchedAttempt(AttemptFolder folder, UniqueFd pidfd, UniqueFd notice)
    : folder_(std::move(folder)),
      pidfd_(std::move(pidfd)),
      notice_(std::move(notice)),
      phase_(pidfd_ ? Phase::kRunning : Phase::kSeeking) {
    if (phase_ == Phase::kSeeking) next_step_ = AwakeTime{};
}

void WatchedAttempt::enter(Phase phase, AwakeTime now) {
    phase_ = phase;
    pause_ = {};
    next_step_.reset();
    if (phase != Phase::kRunning && phase != Phase::kOver) next_step_ = now;
}

void WatchedAttempt::lookAgain(AwakeTime now) {
    pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
    next_step_ = now + pause_;
}

void WatchedAttempt::shimGone(AwakeTime now) {
    siginfo_t info{};
    waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG);
    enter(Phase::kEnding, now);
}

void WatchedAttempt::cancel(AwakeTime now) {
    if (cancel_wanted_) return;
    cancel_wanted_ = true;
    if (phase_ == Phase::kRunning) sendCancel(now);
}

void WatchedAttempt::sendCancel(AwakeTime now) {
    signalPidfd(pidfd_, SIGTERM);
    kill_at_ = next_step_ = now + graceOf(folder_) + kShimsOwnTime;
}

void WatchedAttempt::step(AwakeTime now) {
    if (!next_step_ || now < *next_step_) return;
    if (phase_ == Phase::kRunning) return stepRunning(now);
    lookAgain(now);
    if (phase_ == Phase::kSeeking) seek(now);
    if (phase_ == Phase::kEnding) end(now);
}

void WatchedAttempt::stepRunning(AwakeTime now) {
    if (kill_at_ && now >= *kill_at_) {
        signalPidfd(pidfd_, SIGKILL);
        kill_at_ = now + kLongestPause;
    }
    next_step_ = kill_at_;
}

void WatchedAttempt::seek(AwakeTime now) {
    // The lock first: held *before* proc.json was read, its shim was alive then and may be found.
    const auto lock = lockState(folder_.lock());
    const auto proc = readProc(folder_);
    if (proc) pidfd_ = openShim(*proc);
    if (pidfd_) {
        enter(Phase::kRunning, now);
        if (cancel_wanted_) sendCancel(now);
    } else if (lock != LockState::kHeld) {
        enter(Phase::kEnding, now);
    }
}

/// The lock outlives the shim by a moment when it was killed between the agent's fork and exec.
void WatchedAttempt::end(AwakeTime now) {
    seen_ = observeAttempt(folder_);
    if (seen_.lock == LockState::kHeld || !verifiedEmpty()) return;
    enter(Phase::kOver, now);
}

/// A shim that wrote its record has verified it itself.
bool WatchedAttempt::verifiedEmpty() {
    if (seen_.exit) return true;
    if (!hunt_) hunt_.emplace(folder_);
    if (!hunt_->pass()) return false;
    seen_ = observeAttempt(folder_);
    return true;
}

std::optional<ProcRecord> WatchedAttempt::takeStarted() {
    const bool notice_to_come = notice_ && phase_ == Phase::kRunning;
    if (told_started_ || notice_to_come) return {};
    auto proc = readProc(folder_);
    told_started_ = proc.has_value();
    return proc;
}

}  // namespace orch

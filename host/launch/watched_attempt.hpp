#pragma once

#include <optional>

#include "base/clock.hpp"
#include "core/attempt.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/orphans.hpp"

namespace orch {

/// One attempt as the supervisor follows it: seeking (its shim is not known yet) → running (its
/// pidfd is watched) → ending (the shim is gone: wait for the lock, end what is left) → over.
/// Not thread-safe.
class WatchedAttempt {
public:
    enum class Phase { kSeeking, kRunning, kEnding, kOver };

    /// `pidfd` may be empty: then the shim is sought through proc.json.
    WatchedAttempt(AttemptFolder folder, UniqueFd pidfd, UniqueFd notice);

    [[nodiscard]] const AttemptFolder& folder() const { return folder_; }
    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] const UniqueFd& pidfd() const { return pidfd_; }
    [[nodiscard]] const UniqueFd& notice() const { return notice_; }
    void closeNotice() { notice_.reset(); }

    /// The shim is gone; waits for it when it is our child.
    void shimGone(AwakeTime now);
    /// SIGTERM to the shim, now or as soon as it is known; SIGKILL when it does not end.
    void cancel(AwakeTime now);
    /// Does what is due. Blocks on files and /proc only.
    void step(AwakeTime now);
    /// When step() has something to do; nothing: only after an event.
    [[nodiscard]] std::optional<AwakeTime> nextStep() const { return next_step_; }

    /// Has step() look again after a while: something could not be read or done.
    void lookAgain(AwakeTime now);

    /// The agent's record, once: nothing before it is there and after it was taken.
    [[nodiscard]] std::optional<ProcRecord> takeStarted();
    /// What was seen at the end; with kOver.
    [[nodiscard]] const AttemptObservation& seen() const { return seen_; }

private:
    void enter(Phase phase, AwakeTime now);
    void stepRunning(AwakeTime now);
    void seek(AwakeTime now);
    void end(AwakeTime now);
    [[nodiscard]] bool verifiedEmpty();
    void sendCancel(AwakeTime now);

    AttemptFolder folder_;
    UniqueFd pidfd_, notice_;
    Phase phase_;
    std::optional<AwakeTime> next_step_, kill_at_;
    Milliseconds pause_{};
    bool cancel_wanted_ = false, told_started_ = false;
    std::optional<OrphanHunt> hunt_;
    AttemptObservation seen_;
};

/// A pidfd for the shim in `proc`, opened before its identity was compared; empty when that shim is
/// gone.
[[nodiscard]] UniqueFd openShim(const ProcRecord& proc);

}  // namespace orch

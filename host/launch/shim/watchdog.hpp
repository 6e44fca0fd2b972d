#pragma once

#include <optional>

#include "core/attempt.hpp"

namespace orch {

/// What the shim has to do now.
enum class ShimAction {
    kNothing,
    kSampleCpu,  ///< look whether any process of the attempt used CPU; progress() when one did
    kTermGroup,  ///< SIGTERM to the agent's process group
    kTermRest,   ///< the agent is gone: SIGTERM to what it left behind
    kKillAll     ///< SIGKILL to everything; asked for again until nothing is left
};

/// When an attempt is ended, and how hard: running → ending (SIGTERM, grace) → killing; once the
/// agent is gone what it left behind gets a short grace of its own. Pure: told the time and what
/// happened. Times are of CLOCK_MONOTONIC.
class Watchdog {
public:
    struct Limits {
        Milliseconds timeout{};  ///< 0: none
        Milliseconds stall{};    ///< 0: none
        Milliseconds grace{};
    };

    Watchdog(const Limits& limits, AwakeTime started);

    /// The agent wrote something or a process of the attempt used CPU.
    void progress(AwakeTime now) { last_progress_ = now; }
    /// Somebody wants the attempt ended. Only the first reason to end a running agent counts.
    void request(AwakeTime now);
    void agentGone(AwakeTime now);

    /// The next thing that is due; ask until kNothing.
    [[nodiscard]] ShimAction due(AwakeTime now);
    /// When due() will next have something to say; nothing: only after an event.
    [[nodiscard]] std::optional<AwakeTime> nextDue() const;

    [[nodiscard]] KilledBy killedBy() const { return killed_by_; }

private:
    enum class Phase { kRunning, kTerm, kEnding, kTermRest, kKilling };

    void end(KilledBy why, AwakeTime now);
    [[nodiscard]] ShimAction watch(AwakeTime now);
    [[nodiscard]] ShimAction kill(AwakeTime now);
    [[nodiscard]] Milliseconds sampleEvery() const;

    Limits limits_;
    AwakeTime started_, last_progress_, last_sample_, next_step_;
    Milliseconds kill_pause_{10};
    Phase phase_ = Phase::kRunning;
    KilledBy killed_by_ = KilledBy::kNobody;
};

}  // namespace orch

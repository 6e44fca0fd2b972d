#include "launch/shim/watchdog.hpp"

#include <algorithm>

namespace orch {

namespace {

/// For what an agent left behind when it ended by itself.
constexpr Milliseconds kShortGrace{2000};
constexpr Milliseconds kLongestKillPause{1000};

}  // namespace

Watchdog::Watchdog(const Limits& limits, AwakeTime started)
    : limits_(limits),
      started_(started),
      last_progress_(started),
      last_sample_(started),
      next_step_(started) {}

void Watchdog::request(AwakeTime now) {
    if (phase_ == Phase::kRunning) end(KilledBy::kRequest, now);
}

void Watchdog::end(KilledBy why, AwakeTime now) {
    killed_by_ = why;
    phase_ = Phase::kTerm;
    next_step_ = now + limits_.grace;
}

void Watchdog::agentGone(AwakeTime now) {
    if (phase_ == Phase::kKilling) return;
    const auto patience = now + std::min(limits_.grace, kShortGrace);
    next_step_ = phase_ == Phase::kRunning ? patience : std::min(next_step_, patience);
    phase_ = Phase::kTermRest;
}

ShimAction Watchdog::due(AwakeTime now) {
    switch (phase_) {
        case Phase::kRunning:
            return watch(now);
        case Phase::kTerm:
            phase_ = Phase::kEnding;
            return ShimAction::kTermGroup;
        case Phase::kTermRest:
            phase_ = Phase::kEnding;
            return ShimAction::kTermRest;
        case Phase::kEnding:
        case Phase::kKilling:
            return kill(now);
    }
    return ShimAction::kNothing;
}

ShimAction Watchdog::watch(AwakeTime now) {
    if (limits_.timeout.count() > 0 && now >= started_ + limits_.timeout) {
        end(KilledBy::kDeadline, now);
        return due(now);
    }
    if (limits_.stall.count() == 0) return ShimAction::kNothing;
    if (now >= last_sample_ + sampleEvery()) {
        last_sample_ = now;
        return ShimAction::kSampleCpu;
    }
    if (now < last_progress_ + limits_.stall) return ShimAction::kNothing;
    end(KilledBy::kStall, now);
    return due(now);
}

ShimAction Watchdog::kill(AwakeTime now) {
    if (now < next_step_) return ShimAction::kNothing;
    phase_ = Phase::kKilling;
    next_step_ = now + kill_pause_;
    kill_pause_ = std::min(kill_pause_ * 2, kLongestKillPause);
    return ShimAction::kKillAll;
}

/// CPU use is noticed at most this late, so a stall is called at most an eighth late.
Milliseconds Watchdog::sampleEvery() const {
    return std::max(limits_.stall / 8, Milliseconds{1});
}

std::optional<AwakeTime> Watchdog::nextDue() const {
    if (phase_ == Phase::kTerm || phase_ == Phase::kTermRest) return started_;
    if (phase_ != Phase::kRunning) return next_step_;
    auto next = AwakeTime::max();
    if (limits_.timeout.count() > 0) next = started_ + limits_.timeout;
    if (limits_.stall.count() > 0) next = std::min(next, last_sample_ + sampleEvery());
    return next == AwakeTime::max() ? std::nullopt : std::optional{next};
}

}  // namespace orch

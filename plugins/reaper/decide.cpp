#include "reaper/decide.hpp"

#include <algorithm>

#include "common/words.hpp"
#include "reaper/why.hpp"

namespace orch::reaper {

namespace {

using namespace std::chrono_literals;
using common::spoken;

constexpr Milliseconds kMaxRunning = 2h;
/// What a shim needs at most to end an attempt that reached its own limit.
constexpr Milliseconds kShimTime = 5min;
constexpr int kBootTicks = 2;

/// How many ticks have to see an attempt dead. A boot id is a fact: one tick later, so that
/// whoever reads exit records first has done so. That no process came is known once the grace is
/// over, which is its time limit.
int ticksNeeded(Cause cause, const Policy& policy) {
    if (cause == Cause::kOtherBoot) return kBootTicks;
    if (cause == Cause::kSpawnLost) return 1;
    return policy.dead_ticks;
}

/// Facts pass the mass guard: an exit record, a boot id.
bool isFact(Cause cause) {
    return cause == Cause::kExitRecord || cause == Cause::kOtherBoot;
}

void count(Suspicion& suspicion, const Policy& policy, Moment now) {
    if (suspicion.sight.state == State::kAlive) suspicion.streak = 0;
    if (suspicion.sight.state != State::kDead) return;
    const bool same_tick = now.awake - suspicion.counted < now.interval / 2;
    if (suspicion.streak > 0 && same_tick) return;
    const int needed = ticksNeeded(suspicion.sight.cause, policy);
    suspicion.streak = std::min(suspicion.streak + 1, needed);
    suspicion.counted = now.awake;
}

/// Why the attempt should end now; nothing while it should not. Exit record, then streak, then
/// backstop: who is seen dead is not also overdue.
std::optional<Cause> verdict(const RunningJob& job,
                             const Suspicion& suspicion,
                             const Policy& policy) {
    const bool overdue = job.running >= maxRunning(job, policy);
    switch (suspicion.sight.state) {
        case State::kEnded:
            return Cause::kExitRecord;
        case State::kDead:
            if (suspicion.streak < ticksNeeded(suspicion.sight.cause, policy)) return {};
            return suspicion.sight.cause;
        case State::kAlive:
            return overdue ? std::optional{Cause::kMaxRunning} : std::nullopt;
        case State::kInHand:
            return {};
        case State::kUnknown:
            break;
    }
    return overdue ? std::optional{Cause::kUnknownLiveness} : std::nullopt;
}

Attempt attemptOf(const RunningJob& job) {
    return {job.id, job.attempt};
}

/// One tick's work, job by job.
class Sweep {
public:
    Sweep(const Policy& policy, Moment now, const Memory& before)
        : policy_(policy), now_(now), before_(before) {
        decided_.memory.guard = before.guard;
    }

    Decided over(const Running& seen) {
        for (const auto& job : seen.jobs) look(job);
        const auto allowed =
            allowedInferences(seen.jobs.size() + static_cast<std::size_t>(seen.left_out));
        for (const auto& job : seen.jobs) order(job, allowed);
        return std::move(decided_);
    }

private:
    void look(const RunningJob& job) {
        const auto known = before_.attempts.find(attemptOf(job));
        Suspicion suspicion = known == before_.attempts.end() ? Suspicion{} : known->second;
        suspicion.sight = sightOf(job, policy_.spawn_grace);
        count(suspicion, policy_, now_);
        tellOfRecord(job, suspicion);
        if (const auto cause = verdict(job, suspicion, policy_)) wanted_[attemptOf(job)] = *cause;
        decided_.memory.attempts[attemptOf(job)] = std::move(suspicion);
    }

    void tellOfRecord(const RunningJob& job, Suspicion& suspicion) {
        auto& told =
            job.exit == ExitRecord::kForeign ? suspicion.told_foreign : suspicion.told_damaged;
        if (job.exit != ExitRecord::kForeign && job.exit != ExitRecord::kDamaged) return;
        if (!told) decided_.remarks.push_back(aboutRecord(job));
        told = true;
    }

    std::set<Attempt> allowedInferences(std::size_t subjects) {
        std::set<Attempt> inferred;
        for (const auto& [attempt, cause] : wanted_) {
            if (!isFact(cause)) inferred.insert(attempt);
        }
        auto answer =
            decided_.memory.guard.ask(inferred, {subjects, now_.awake, now_.interval / 2});
        if (answer.alarm) decided_.notices.push_back(aboutMass(inferred.size(), subjects));
        return std::move(answer.pass);
    }

    void order(const RunningJob& job, const std::set<Attempt>& allowed) {
        const auto wanted = wanted_.find(attemptOf(job));
        if (wanted == wanted_.end()) return;
        const Cause cause = wanted->second;
        if (!isFact(cause) && !allowed.contains(attemptOf(job))) return;
        const auto& suspicion = decided_.memory.attempts.at(attemptOf(job));
        FinishOrder finish{job.id, job.attempt, job.pid, job.pid_start, cause, {}};
        finish.why = whyOf(job, cause, suspicion, maxRunning(job, policy_));
        decided_.orders.push_back(std::move(finish));
        wanted_.erase(wanted);
    }

    const Policy& policy_;
    Moment now_;
    const Memory& before_;
    std::map<Attempt, Cause> wanted_;
    Decided decided_;
};

/// Whoever takes itself for dead has bad eyes: nothing it saw counts, and all streaks stand still.
Decided blindly(Life self, const Memory& memory) {
    Decided decided{.memory = memory};
    decided.memory.blind = true;
    if (!memory.blind) decided.remarks.push_back(aboutSelf(self));
    return decided;
}

}  // namespace

std::string name(const Attempt& attempt) {
    return std::to_string(attempt.job) + "." + std::to_string(attempt.number);
}

Milliseconds maxRunning(const RunningJob& job, const Policy& policy) {
    const auto stage = policy.max_running_by_stage.find(job.stage);
    if (stage != policy.max_running_by_stage.end()) return stage->second;
    if (policy.max_running) return *policy.max_running;
    return std::max(kMaxRunning, job.limit.value_or(0ms) + kShimTime);
}

Decided decide(const Running& seen, const Policy& policy, Moment now, const Memory& memory) {
    if (seen.self != Life::kAlive) return blindly(seen.self, memory);
    return Sweep(policy, now, memory).over(seen);
}

Milliseconds Policy::shortestLimit() const {
    auto shortest = max_running.value_or(kMaxRunning);
    for (const auto& [stage, limit] : max_running_by_stage) shortest = std::min(shortest, limit);
    return shortest;
}

}  // namespace orch::reaper

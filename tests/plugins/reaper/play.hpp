#pragma once

#include <vector>

#include "reaper/decide.hpp"

namespace orch::reaper {

constexpr Milliseconds kInterval{30'000};

/// Attempt 7.2, a minute old, whose lock is held.
inline RunningJob held() {
    RunningJob job{.id = 7, .attempt = 2, .task = "T-3", .stage = "development", .lane = "agent"};
    job.pid = 4711;
    job.pid_start = 99;
    job.running = Milliseconds{60'000};
    job.lock = Lock::kHeld;
    job.process = Life::kAlive;
    return job;
}

/// The same without a lock: only its process tells.
inline RunningJob alive() {
    auto job = held();
    job.lock = Lock::kAbsent;
    return job;
}

inline RunningJob gone(std::string why = "gone") {
    auto job = alive();
    job.process = Life::kDead;
    job.process_why = std::move(why);
    return job;
}

inline RunningJob unreadable() {
    auto job = alive();
    job.process = Life::kUnknown;
    job.process_why = "unreadable";
    return job;
}

inline RunningJob numbered(std::int64_t id, RunningJob job) {
    job.id = id;
    return job;
}

/// Jobs 1 to `count`, all like `job`.
inline std::vector<RunningJob> many(int count, const RunningJob& job) {
    std::vector<RunningJob> jobs;
    for (int id = 1; id <= count; ++id) jobs.push_back(numbered(id, job));
    return jobs;
}

/// A reaper's ticks, one interval apart unless told otherwise; its memory goes from one to the
/// next.
class Play {
public:
    explicit Play(Policy policy = {}) : policy_(std::move(policy)) {}

    Decided tick(std::vector<RunningJob> jobs, Milliseconds after = kInterval) {
        return tick(Running{Life::kAlive, std::move(jobs)}, after);
    }
    Decided tick(const Running& seen, Milliseconds after = kInterval) {
        awake_ += after;
        auto decided = decide(seen, policy_, {awake_, kInterval}, memory_);
        memory_ = decided.memory;
        return decided;
    }
    [[nodiscard]] const Memory& memory() const { return memory_; }

private:
    Policy policy_;
    Milliseconds awake_{};
    Memory memory_;
};

}  // namespace orch::reaper

#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "launch/shim_launcher.hpp"
#include "pipeline/outbox_runner.hpp"
#include "pipeline/recovery.hpp"
#include "pipeline/worker.hpp"
#include "support/fake_leases.hpp"

namespace orch::bench {

class SilentNotifier final : public Notifier {
public:
    void send(const std::string&, const std::string&, const std::string&) override {}
};

/// A Setup without projects in `state_dir` that lets `agents` agents run at once.
[[nodiscard]] Setup benchSetup(const std::filesystem::path& state_dir, int agents);

/// orchd without HTTP, as the Daemon puts it together, over real shims: database, queue, launcher.
class BenchHost {
public:
    BenchHost(const Setup& setup, const std::filesystem::path& shim);
    /// Agents go on.
    ~BenchHost();
    BenchHost(const BenchHost&) = delete;
    BenchHost& operator=(const BenchHost&) = delete;

    Store& store() { return store_; }
    Launcher& launcher() { return *launcher_; }
    Recovery& recovery() { return *recovery_; }
    /// Begins to claim.
    void begin() { worker_.start(*launcher_); }

    /// Enqueues as many jobs without a task that run `command`, in one transaction.
    void enqueue(const std::vector<std::string>& command, int count = 1);
    /// Waits until the query's first value is `wanted`. Throws std::runtime_error after two
    /// minutes.
    void await(const char* sql, std::int64_t wanted);

private:
    [[nodiscard]] std::int64_t first(const char* sql);

    const Setup& setup_;
    Store store_;
    Lanes lanes_{4};
    Alarm alarm_;
    SilentNotifier notifier_;
    Repositories repositories_{store_, lanes_, alarm_};
    Observer observer_;
    OutboxRunner outbox_;
    Engine engine_;
    Finisher finisher_;
    testing::FakeLeases leases_;
    Admission admission_;
    Worker worker_;
    std::unique_ptr<Launcher> launcher_;
    std::unique_ptr<Recovery> recovery_;
};

/// Kept by triggers, so that waiting costs next to nothing.
inline constexpr auto kSucceeded = "SELECT n FROM job_counts WHERE status='succeeded'";

}  // namespace orch::bench

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/drain.hpp"
#include "bench/measure.hpp"
#include "store/jobs.hpp"
#include "store/store.hpp"

namespace orch::bench {
namespace {

NewJob benchJob() {
    NewJob job;
    job.project = "bench";
    job.stage = "development";
    job.agent = "developer";
    job.visit = 1;
    job.max_failures = 2;
    return job;
}

/// Posts the finish of every claimed job, from a thread of its own as a supervisor would.
class Finisher {
public:
    explicit Finisher(Store& store) : store_(store), thread_([this](auto stop) { run(stop); }) {}

    void add(std::vector<Job> jobs) {
        const std::lock_guard lock(mutex_);
        for (auto& job : jobs) waiting_.push_back(job.key());
        changed_.notify_one();
    }
    [[nodiscard]] std::int64_t finished() const { return finished_; }

private:
    void run(const std::stop_token& stop) {
        std::vector<AttemptKey> keys;
        while (take(stop, keys)) {
            for (const auto key : keys) post(key);
            keys.clear();
        }
    }
    bool take(const std::stop_token& stop, std::vector<AttemptKey>& keys) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) return false;
        keys.swap(waiting_);
        return true;
    }
    void post(AttemptKey key) {
        (void)store_.post([this, key](Tx& tx) {
            const Ended ended{Outcome::kExited, 0, std::nullopt, "", ""};
            const AfterAttempt after{JobStatus::kSucceeded, std::nullopt, 0, 0, "exit 0"};
            if (finishJob(tx, key, ended, after)) ++finished_;
        });
    }

    Store& store_;
    std::atomic<std::int64_t> finished_ = 0;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<AttemptKey> waiting_;
    std::jthread thread_;
};

}  // namespace

Drained drainStore(const std::filesystem::path& file, int producers, double seconds) {
    Store store(file, Milliseconds{0});
    const auto start = Steady::now();
    return drainStore(store, producers, [&] { return secondsSince(start) < seconds; });
}

Drained drainStore(Store& store, int producers, const std::function<bool()>& go_on) {
    Finisher finisher(store);
    std::atomic<int> passes = 0;
    const ClaimLimits limits{2 * producers, 0, 0};
    store.setPassEnd([&](Tx& tx) -> Store::AfterCommit {
        ++passes;
        auto jobs = claimJobs(tx, limits);
        if (jobs.empty()) return nullptr;
        return [&finisher, jobs = std::move(jobs)]() mutable { finisher.add(std::move(jobs)); };
    });
    const double cpu = cpuSeconds();
    const auto start = Steady::now();
    std::vector<std::jthread> threads;
    for (int i = 0; i < producers; ++i) {
        threads.emplace_back([&] {
            while (go_on()) {
                store.write([job = benchJob()](Tx& tx) { (void)enqueueJob(tx, job); });
            }
        });
    }
    threads.clear();
    const double took = secondsSince(start);
    const double used = cpuSeconds() - cpu;
    const auto done = static_cast<double>(finisher.finished());
    const double commits = passes;
    while (store.read([](Connection& db) { return countJobs(db).at(1) + countJobs(db).at(2); })) {
        store.flush();
    }
    store.setPassEnd(nullptr);  // nothing is posted any more
    return {done / took, done / commits, used * 1e6 / done};
}

}  // namespace orch::bench

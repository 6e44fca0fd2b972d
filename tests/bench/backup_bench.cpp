#include <atomic>
#include <cstring>
#include <future>
#include <thread>

#include "bench/drain.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "store/backup.hpp"
#include "support/temp_dir.hpp"

// What an online backup of a large database costs the jobs that are enqueued, claimed and finished
// meanwhile. Usage: backup_bench [--smoke]. One JSON object a line.

namespace orch::bench {
namespace {

struct Plan {
    int megabytes = 1000;
    int rounds = 3;
    int producers = 4;
};

void fill(Store& store, int megabytes) {
    for (int i = 0; i < megabytes; i += 10) {
        store.write([](Tx& tx) {
            tx.db().execute(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2500) "
                "INSERT INTO journal(at, subject, decision) SELECT i, 'bench', "
                "hex(zeroblob(2000)) FROM n");
        });
    }
}

struct During {
    Drained drained;
    BackupMade made;
    double seconds{};
};

/// Jobs are drained as long as the backup takes. It rests as the daemon lets it.
During drainBesideBackup(Store& store, const std::filesystem::path& copy, int producers) {
    std::atomic<bool> copying = true;
    const auto start = Steady::now();
    auto made = std::async(std::launch::async, [&] {
        const auto rest = [](const BackupProgress&, Milliseconds span) {
            std::this_thread::sleep_for(span);
            return true;
        };
        auto result = backUp(store, copy, rest);
        copying = false;
        return result;
    });
    During during;
    during.drained = drainStore(store, producers, [&] { return copying.load(); });
    during.made = made.get();
    during.seconds = secondsSince(start);
    return during;
}

void round(Store& store, const std::filesystem::path& folder, const Plan& plan) {
    const double before = probeFsync(folder);
    const auto during = drainBesideBackup(store, folder / "copy.db", plan.producers);
    std::filesystem::remove(folder / "copy.db");
    const auto start = Steady::now();
    const auto alone = drainStore(
        store, plan.producers, [&] { return secondsSince(start) < std::max(during.seconds, 0.2); });
    const double after = probeFsync(folder);
    const auto megabytes = static_cast<double>(during.made.bytes) / 1e6;
    print({.bench = "backup",
           .measure = "seconds for a copy, its check included",
           .unit = "s",
           .figure = during.seconds,
           .fsync_us = {before, after}});
    print({.bench = "backup", .measure = "size", .unit = "MB", .figure = megabytes});
    print({.bench = "backup",
           .measure = "jobs a second during a backup, beside without",
           .unit = "1/s",
           .figure = during.drained.jobs_per_s,
           .floor = alone.jobs_per_s,
           .goal = {Goal::Of::kRatioAtLeast, 0.8},
           .fsync_us = {before, after}});
}

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch;
    bench::Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {20, 1, 2};
    const orch::testing::TempDir folder;
    Store store(folder / "orch.db", Milliseconds{0});
    bench::fill(store, plan.megabytes);
    for (int i = 0; i < plan.rounds; ++i) bench::round(store, folder.path(), plan);
}

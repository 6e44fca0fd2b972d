#include <cstring>
#include <map>

#include "bench/drain.hpp"
#include "bench/measure.hpp"
#include "store/schema.hpp"
#include "support/temp_dir.hpp"

// Durable in-process drain: enqueue → claim → finish through the Store, beside the same statements
// through SQLite's C interface, with an empty history and with a million finished jobs.
// Usage: queue_bench [--smoke]. One JSON object a line; the last lines are the ratios.

namespace orch::bench {
namespace {

struct Plan {
    int rounds = 5;
    double seconds = 1.0;
    int history = 1'000'000;
    std::vector<int> producers{1, 16, 64};
};

/// Finished jobs, written with one statement; the counting triggers come back with the schema.
void fill(const std::filesystem::path& file, int finished) {
    Connection db(file, Connection::Mode::kWrite);
    const auto ensure = [&] { return ensureSchema(db, file), true; };
    inTransaction(db, ensure);
    if (finished == 0) return;
    for (const char* sql : {"DROP TRIGGER jobs_counted_in", "DELETE FROM job_counts"}) {
        db.execute(sql);
    }
    db.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
               std::to_string(finished) +
               ") INSERT INTO jobs(project, stage, agent, status, attempt, created_at, started_at, "
               "finished_at, reason, exit_code) SELECT 'bench', 'development', 'developer', "
               "'succeeded', 1, i, i, i, 'exit 0', 0 FROM n");
    inTransaction(db, ensure);
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

class QueueBench {
public:
    QueueBench(const Plan& plan, const std::filesystem::path& folder)
        : plan_(plan), folder_(folder) {
        for (const int history : {0, plan.history}) fill(fileOf(history), history);
    }

    void run() {
        for (const int producers : plan_.producers) {
            for (int round = 0; round < plan_.rounds; ++round) {
                for (const int history : {0, plan_.history}) {
                    point("raw", drainRaw, producers, history);
                    point("store", drainStore, producers, history);
                }
            }
            ratios(producers);
        }
    }

private:
    using Drain = Drained (*)(const std::filesystem::path&, int, double);

    [[nodiscard]] std::filesystem::path fileOf(int history) const {
        return folder_ / (std::to_string(history) + ".db");
    }

    void point(const char* api, Drain drain, int producers, int history) {
        const double before = probeFsync(folder_);
        const auto drained = drain(fileOf(history), producers, plan_.seconds);
        const double after = probeFsync(folder_);
        rates_[{api, history}].push_back(drained.jobs_per_s);
        cpu_[{api, history}].push_back(drained.cpu_us_per_job);
        std::printf(
            "{\"bench\":\"queue_drain\",\"api\":\"%s\",\"producers\":%d,\"finished_rows\":%d,"
            "\"jobs_per_s\":%.0f,\"jobs_per_commit\":%.1f,\"cpu_us_per_job\":%.1f,\"fsync_us\":[%."
            "0f,%.0f]}\n",
            api,
            producers,
            history,
            drained.jobs_per_s,
            drained.jobs_per_commit,
            drained.cpu_us_per_job,
            before,
            after);
        std::fflush(stdout);
    }

    using Key = std::pair<std::string, int>;
    using Series = std::map<Key, std::vector<double>>;

    // Neighbouring points of one round met the same disk, so the ratio is taken round by round.
    [[nodiscard]] static double ratio(Series& of, const Key& over, const Key& under) {
        std::vector<double> each;
        for (std::size_t i = 0; i < of[over].size(); ++i) {
            each.push_back(of[over][i] / of[under][i]);
        }
        return median(each);
    }

    void ratios(int producers) {
        const Key raw{"raw", 0}, raw_old{"raw", plan_.history};
        const Key store{"store", 0}, store_old{"store", plan_.history};
        std::printf(
            "{\"bench\":\"queue_ratio\",\"producers\":%d,\"store_over_raw\":%.2f,"
            "\"store_over_raw_with_history\":%.2f,\"store_slowdown_by_history\":%.2f,"
            "\"raw_slowdown_by_history\":%.2f,\"cpu_raw_over_store\":%.2f,"
            "\"cpu_growth_by_history\":%.2f}\n",
            producers,
            ratio(rates_, store, raw),
            ratio(rates_, store_old, raw_old),
            ratio(rates_, store, store_old),
            ratio(rates_, raw, raw_old),
            ratio(cpu_, raw, store),
            ratio(cpu_, store_old, store));
        std::fflush(stdout);
        rates_.clear();
        cpu_.clear();
    }

    Plan plan_;
    std::filesystem::path folder_;
    Series rates_, cpu_;
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch::bench;
    Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {1, 0.1, 1000, {1, 8}};
    const orch::testing::TempDir folder;
    QueueBench(plan, folder.path()).run();
}

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>

#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/shim_launcher.hpp"
#include "pipeline/running_jobs.hpp"
#include "support/temp_dir.hpp"

// How long one look at everything that runs takes: a thousand rows that say running beside a
// million finished ones, with a held lock each, and without any folder, where the process of each
// is asked for. The floor does the same system calls and nothing else. Usage: sweep_bench [--smoke]

namespace orch::bench {
namespace {

using namespace std::chrono_literals;

struct Plan {
    int running = 1000;
    int finished = 1'000'000;
    int rounds = 21;
};

struct Deaf final : AttemptListener {
    void attemptStarted(const ProcRecord& /*proc*/) override {}
    void attemptEnded(AttemptKey /*key*/, const AttemptObservation& /*seen*/) override {}
};

void fill(Store& store, const Plan& plan) {
    const auto self = *identityOf(getpid());
    const auto rows = [](int count) {
        return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
               std::to_string(count) + ") INSERT INTO jobs";
    };
    store.write([&](Tx& tx) {
        tx.db().execute(rows(plan.finished) +
                        "(project, agent, status, finished_at) SELECT 'p', 'a', 'succeeded', i "
                        "FROM n");
        tx.db().execute(rows(plan.running) +
                        "(project, agent, status, attempt, pid, pid_start, boot_id) SELECT 'p', "
                        "'a', 'running', 1, " +
                        std::to_string(self.pid) + ", " + std::to_string(self.start) + ", '" +
                        bootId() + "' FROM n");
    });
}

std::vector<UniqueFd> holdLocks(const std::filesystem::path& jobs,
                                const std::vector<AttemptKey>& keys) {
    std::vector<UniqueFd> held;
    for (const auto key : keys) {
        const AttemptFolder folder(jobs, key);
        ensureFolder(folder.path);
        held.push_back(tryLock(folder.lock()).value());
    }
    return held;
}

template <typename Do>
double medianOf(int rounds, Do what) {
    std::vector<double> millis;
    for (int i = 0; i < rounds; ++i) {
        const auto start = cpuSeconds();  // of this one thread: nothing here waits
        what();
        millis.push_back((cpuSeconds() - start) * 1e3);
    }
    return median(std::move(millis));
}

void askLock(const std::string& path) {
    const UniqueFd fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    (void)flock(fd.get(), LOCK_SH | LOCK_NB);
}

void askProcess(const std::string& path) {
    std::array<char, 1024> text{};
    const UniqueFd fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (read(fd.get(), text.data(), text.size()) <= 0) throw std::runtime_error("no stat");
}

void measure(const Plan& plan) {
    testing::TempDir dir;
    Store store(dir / "orch.db", 1s);
    Deaf deaf;
    ShimLauncher launcher(dir / "jobs", ORCH_SHIM, deaf);
    const orch::Setup setup{.state_dir = dir.path()};
    const InHand in_hand;
    RunningJobs running(store, setup, launcher, in_hand);
    fill(store, plan);
    std::vector<AttemptKey> keys;
    for (const auto& job : running.look().jobs) keys.push_back(job.row.key);
    const auto own = "/proc/" + std::to_string(getpid()) + "/stat";
    const auto line = [&](const std::string& what, Goal goal, double floor) {
        const double before = probeFsync(dir.path());
        const auto millis = medianOf(plan.rounds, [&] { (void)running.look(); });
        print({.bench = "sweep",
               .measure = what,
               .unit = "ms",
               .figure = millis,
               .floor = floor,
               .goal = goal,
               .fsync_us = {before, probeFsync(dir.path())}});
    };
    line("by_process", {Goal::Of::kRatioAtMost, 2}, medianOf(plan.rounds, [&] {
             for (std::size_t i = 0; i < keys.size(); ++i) askProcess(own);
         }));
    const auto held = holdLocks(dir / "jobs", keys);
    line("by_lock", {Goal::Of::kFigureAtMost, 10}, medianOf(plan.rounds, [&] {
             for (const auto key : keys) askLock(AttemptFolder(dir / "jobs", key).lock().string());
         }));
}

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    orch::bench::Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {20, 1000, 1};
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    orch::bench::measure(plan);
    return 0;
}

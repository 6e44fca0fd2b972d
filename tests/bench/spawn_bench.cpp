#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "bench/bench_host.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "bench/start_fifo.hpp"
#include "launch/confined_run.hpp"
#include "support/refuse_namespaces.hpp"
#include "support/temp_dir.hpp"

// How long it takes from the order to the agent's first instruction, and how many jobs that do
// nothing are done in a second, two at a time: orchd's queue, launcher and orch-shim beside
// bare_shim; and what a confined command costs. Usage: spawn_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;

struct Plan {
    int starts = 60;  ///< of each
    int rounds = 5;   ///< of throughput
    int jobs_a_round = 100;
};

/// The floor: a shim that does the least.
pid_t spawnBare(const fs::path& folder, const std::vector<std::string>& command) {
    std::vector<std::string> words{ORCH_BARE_SHIM, folder.string()};
    words.insert(words.end(), command.begin(), command.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid{};
    const int error = posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environ);
    if (error != 0) throw std::runtime_error(std::string{"bare_shim: "} + std::strerror(error));
    return pid;
}

void reap(pid_t pid) {
    int status{};
    if (waitpid(pid, &status, 0) != -1 && status == 0) return;
    throw std::runtime_error("bare_shim ended with " + std::to_string(status));
}

struct Rounds {
    std::vector<double> jobs_per_s, cpu_us;
};

class SpawnBench {
public:
    SpawnBench(const Plan& plan, const fs::path& folder)
        : plan_(plan),
          folder_(folder),
          fifo_(folder / "begun"),
          setup_(benchSetup(folder, kTogether)),
          host_(setup_, ORCH_SHIM) {
        host_.begin();
    }

    void run() {
        firstInstruction();
        throughput();
        confinedCommand();
    }

private:
    static constexpr int kTogether = 2;

    void firstInstruction() {
        std::vector<double> bare, ours, acknowledged;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.starts; ++i) {
            bare.push_back(bareStart());
            ours.push_back(ourStart(acknowledged));
        }
        const std::array probes{before, probeFsync(folder_)};
        print({"spawn",
               "first_instruction",
               "us",
               median(ours),
               median(bare),
               {Goal::Of::kRatioAtMost, 2},
               probes});
        print({"spawn", "enqueue_durable", "us", median(acknowledged), probes[0], {}, probes});
        print({"spawn",
               "first_instruction_after_durable",
               "us",
               median(ours) - median(acknowledged),
               median(bare),
               {},
               probes});
    }

    double bareStart() {
        const auto began = nanosecondsNow();
        const auto pid = spawnBare(folder_, fifo_.agent());
        const auto at = fifo_.next();
        reap(pid);
        return static_cast<double>(at - began) / 1e3;
    }

    double ourStart(std::vector<double>& acknowledged) {
        const auto began = nanosecondsNow();
        host_.enqueue(fifo_.agent());
        acknowledged.push_back(static_cast<double>(nanosecondsNow() - began) / 1e3);
        const auto at = fifo_.next();
        host_.await(kSucceeded, ++done_);
        return static_cast<double>(at - began) / 1e3;
    }

    void throughput() {
        Rounds bare, ours;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.rounds; ++i) {
            time(bare, [&] { runBare(); });
            host_.store().write([](Tx& tx) { setQueuePaused(tx, true); });
            host_.enqueue({ORCH_BENCH_AGENT}, plan_.jobs_a_round);
            time(ours, [&] { runOurs(); });
        }
        const std::array probes{before, probeFsync(folder_)};
        print({"spawn",
               "noop_jobs_two_at_a_time",
               "jobs/s",
               median(ours.jobs_per_s),
               median(bare.jobs_per_s),
               {Goal::Of::kRatioAtLeast, 0.5},
               probes});
        print({"spawn",
               "cpu_of_a_noop_job",
               "us",
               median(ours.cpu_us),
               median(bare.cpu_us),
               {},
               probes});
    }

    void time(Rounds& rounds, const std::function<void()>& round) const {
        const double cpu = cpuSecondsWithChildren();
        const auto start = Steady::now();
        round();
        rounds.jobs_per_s.push_back(plan_.jobs_a_round / secondsSince(start));
        const double used = cpuSecondsWithChildren() - cpu;
        rounds.cpu_us.push_back(used * 1e6 / plan_.jobs_a_round);
    }

    void runBare() {
        const auto work = [&](int jobs) {
            for (int i = 0; i < jobs; ++i) reap(spawnBare(folder_, {ORCH_BENCH_AGENT}));
        };
        std::jthread other(work, plan_.jobs_a_round / kTogether);
        work(plan_.jobs_a_round - plan_.jobs_a_round / kTogether);
    }

    void runOurs() {
        host_.store().write([](Tx& tx) { setQueuePaused(tx, false); });
        host_.await(kSucceeded, done_ += plan_.jobs_a_round);
    }

    /// The least of many, taken in turn: what else the machine does only adds to it.
    void confinedCommand() const {
        // Not in the folder for temporary files, each entry of which would be one rule more.
        const testing::TempDir guarded("/var/tmp");
        const Confinement apart{.paths = {{guarded.path(), PathAccess::kNone}}};
        const RunOrder order{.command = {ORCH_BENCH_AGENT}, .confinement = apart};
        const ConfinedRun confined(ORCH_SHIM, order);
        const auto took = [](const RunSpec& spec, double& least) {
            const auto start = Steady::now();
            if (orch::run(spec).exit_code != 0) throw std::runtime_error("a command failed");
            least = std::min(least, secondsSince(start) * 1e6);
        };
        double bare = 1e9, own_table = 1e9, shared_table = 1e9;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.starts; ++i) {
            took({.command = {ORCH_BENCH_AGENT}}, bare);
            took(confined.spec(), own_table);
            if (!testing::withoutNamespaces([&] { took(confined.spec(), shared_table); })) return;
        }
        const std::array probes{before, probeFsync(folder_)};
        const Goal cheap{Goal::Of::kFigureAtMost, 1000};
        print({"spawn", "confined_command", "us", own_table, bare, {}, probes});
        print({"spawn",
               "confinement_of_a_command",
               "us",
               own_table - bare,
               bare,
               {Goal::Of::kFigureAtMost, 1500},
               probes});
        print({"spawn", "own_process_table", "us", own_table - shared_table, bare, cheap, probes});
    }

    Plan plan_;
    fs::path folder_;
    StartFifo fifo_;
    Setup setup_;
    BenchHost host_;
    std::int64_t done_ = 0;
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch::bench;
    Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {3, 1, 6};
    const orch::testing::TempDir folder;
    SpawnBench(plan, folder.path()).run();
}

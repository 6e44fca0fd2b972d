#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "base/process.hpp"
#include "bench/bench_host.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "launch/observe_attempt.hpp"
#include "support/eventually.hpp"
#include "support/temp_dir.hpp"

// How long a start of orchd takes to adopt the jobs that went on without it: a thousand rows that
// say running, a live orch-shim and agent for each. Usage: adopt_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;

struct Plan {
    int jobs = 1000;
    int rounds = 5;
};

/// Each job runs as "sleep" for so long: they end by themselves, whatever becomes of this program.
constexpr auto kAgentsSleep = "600";
constexpr std::size_t kJournalBytes = 200;

/// Ends what was started and waits for it, up to a minute. Shims are children of this process, and
/// it is made the reaper of their agents.
class Cleanup {
public:
    explicit Cleanup(fs::path jobs) : jobs_(std::move(jobs)) { prctl(PR_SET_CHILD_SUBREAPER, 1); }
    Cleanup(const Cleanup&) = delete;
    Cleanup& operator=(const Cleanup&) = delete;
    ~Cleanup() {
        for (const auto& entry : fs::directory_iterator(jobs_)) {
            const auto key = parseAttemptKey(entry.path().filename().string());
            const auto proc = key ? readProc(AttemptFolder{jobs_, *key}) : std::nullopt;
            if (!proc) continue;
            // The shim first: it would write down how its agent ended.
            end(proc->shim);
            end(proc->agent);
        }
        (void)testing::eventually([] { return reapAll(); }, std::chrono::minutes{1});
    }

private:
    static void end(const ProcessIdentity& process) {
        if (observe(process) == Liveness::kAlive) kill(process.pid, SIGKILL);
    }
    /// True when no child is left.
    static bool reapAll() {
        pid_t pid{};
        while ((pid = waitpid(-1, nullptr, WNOHANG)) > 0) {
        }
        return pid < 0 && errno == ECHILD;
    }

    fs::path jobs_;
};

int openFor(const std::string& file) {
    return open(file.c_str(), O_RDONLY | O_CLOEXEC);
}

/// The kernel's part of one adoption and no more: the lock tried, proc.json and the agent's and the
/// shim's stat read, a pidfd opened and closed.
bool lookBarely(const std::string& folder, const ProcRecord& proc) {
    std::array<char, 4096> text{};
    const UniqueFd lock{openFor(folder + "/lock")};
    const bool held = flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
    std::vector<std::string> files{folder + "/proc.json"};
    for (const auto pid : {proc.shim.pid, proc.agent.pid}) {
        files.push_back("/proc/" + std::to_string(pid) + "/stat");
    }
    for (const auto& file : files) {
        const UniqueFd fd{openFor(file)};
        if (read(fd.get(), text.data(), text.size()) <= 0) return false;
    }
    const UniqueFd pidfd{static_cast<int>(syscall(SYS_pidfd_open, proc.shim.pid, 0))};
    return held && pidfd;
}

/// Rounds by the clock, and by what they took of all processors: the latter hardly depends on what
/// else the machine does.
struct Series {
    std::vector<double> wall_ms, cpu_ms;

    template <class F>
    void add(F round) {
        const double cpu = cpuSeconds();
        const auto start = Steady::now();
        round();
        wall_ms.push_back(secondsSince(start) * 1e3);
        cpu_ms.push_back((cpuSeconds() - cpu) * 1e3);
    }
};

class AdoptBench {
public:
    AdoptBench(const Plan& plan, const fs::path& folder)
        : plan_(plan), folder_(folder), setup_(benchSetup(folder, plan.jobs)) {}

    void run() {
        startJobs();
        Series ours, floor;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.rounds; ++i) {
            floorRound(floor);
            adoptRound(ours);
        }
        const std::array probes{before, probeFsync(folder_)};
        const auto jobs = std::to_string(plan_.jobs) + "_jobs";
        print({"adopt",
               "recovery_of_" + jobs,
               "ms",
               median(ours.wall_ms),
               median(floor.wall_ms),
               {Goal::Of::kFigureAtMost, 250},
               probes});
        print({"adopt",
               "cpu_of_recovery_of_" + jobs,
               "ms",
               median(ours.cpu_ms),
               median(floor.cpu_ms),
               {},
               probes});
    }

private:
    void startJobs() {
        BenchHost host(setup_, ORCH_SHIM);
        host.begin();
        host.enqueue({ORCH_BENCH_AGENT, "--for", kAgentsSleep}, plan_.jobs);
        host.await("SELECT count(*) FROM jobs WHERE status='running' AND pid IS NOT NULL",
                   plan_.jobs);
        for (const auto key : host.launcher().folders()) {
            const AttemptFolder folder{folder_ / "jobs", key};
            started_.emplace_back(folder.path, readProc(folder).value());
        }
    }

    /// The looks, and as many bytes as the journal gets in one durable write.
    void floorRound(Series& series) {
        series.add([this] {
            for (const auto& [folder, proc] : started_) {
                if (!lookBarely(folder, proc)) throw std::runtime_error(folder + " does not run");
            }
            const std::string journal(started_.size() * kJournalBytes, 'x');
            const UniqueFd fd{open((folder_ / "floor").c_str(), O_CREAT | O_WRONLY, 0600)};
            if (write(fd.get(), journal.data(), journal.size()) < 0 || fdatasync(fd.get()) != 0) {
                throw std::runtime_error("the floor cannot write");
            }
        });
    }

    /// A new host on what the last one left.
    void adoptRound(Series& series) {
        BenchHost host(setup_, ORCH_SHIM);
        Recovery::Report report;
        series.add([&] { report = host.recovery().run(); });
        if (report.adopted == plan_.jobs) return;
        throw std::runtime_error("adopted only " + std::to_string(report.adopted));
    }

    Plan plan_;
    fs::path folder_;
    Setup setup_;
    std::vector<std::pair<std::string, ProcRecord>> started_;
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch::bench;
    Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {5, 1};
    const orch::testing::TempDir folder;
    std::filesystem::create_directory(folder / "jobs");
    const Cleanup cleanup(folder / "jobs");
    AdoptBench(plan, folder.path()).run();
}

#include <cstring>
#include <thread>

#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "bench/served.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

// What orchd costs that has nothing to do: until /readyz answers, memory, wake-ups; without and
// with a project (a small git repository), beside ready_floor. Usage: daemon_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;

struct Plan {
    int starts = 15;
    double idle_s = 5;
};

/// orchd on a state folder of its own.
class Place {
public:
    Place(const fs::path& folder, const std::string& projects) : folder_(folder) {
        fs::create_directories(folder / "prompts");
        replaceFile(folder / "prompts/development.md", "{{task}}\n", Sync::kNo);
        replaceFile(folder / "orch.yaml",
                    "state_dir: " + (folder / "state").string() +
                        "\nprompts: " + (folder / "prompts").string() +
                        "\nserver: {listen: \"127.0.0.1:0\"}\n"
                        "agents: {developer: {command: [/bin/true]}}\n"
                        "pipeline: {stages: [{name: development, agent: developer, gate: "
                        "[committed]}, {name: deploy, merge: {style: merge}, gate: [merged]}]}\n" +
                        projects,
                    Sync::kNo);
    }
    [[nodiscard]] std::vector<std::string> command() const {
        return {ORCHD, "--config", (folder_ / "orch.yaml").string()};
    }
    void forget() const { fs::remove_all(folder_ / "state"); }

private:
    fs::path folder_;
};

struct Starts {
    std::vector<double> ms, cpu_ms;

    void add(const std::vector<std::string>& command) {
        const Served served(command);
        ms.push_back(served.readyAfterMs());
        cpu_ms.push_back(served.cpuUntilReadyMs());
    }
};

class DaemonBench {
public:
    DaemonBench(const Plan& plan, const fs::path& folder)
        : plan_(plan),
          folder_(folder),
          floor_{ORCH_READY_FLOOR, (folder / "floor.db").string()},
          repository_(testing::GitRepo::create(folder / "repository")),
          alone_(folder / "alone", "projects: []\n"),
          project_(folder / "project",
                   "projects: [{name: work, repo: {forge: local, path: " +
                       repository_.path().string() + ", base: main}}]\n"),
          ten_(folder / "ten", projectsOf(kManyProjects)) {}

    void run() {
        ready("", alone_, {Goal::Of::kFigureAtMost, 20});
        ready("_with_a_project", project_, {});
        readyWithTen();
        idle("", alone_);
        idle("_with_a_project", project_);
    }

private:
    static constexpr int kManyProjects = 10;

    [[nodiscard]] std::string projectsOf(int count) const {
        std::string projects = "projects:\n";
        for (int i = 0; i < count; ++i) {
            const auto name = "work-" + std::to_string(i);
            const auto repository = testing::GitRepo::create(folder_ / name);
            projects += "  - {name: " + name +
                        ", repo: {forge: local, path: " + repository.path().string() +
                        ", base: main}}\n";
        }
        return projects;
    }

    /// Their repositories are looked at once orchd listens: ready with many is ready with none.
    void readyWithTen() {
        Starts many, none;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.starts; ++i) {
            none.add(alone_.command());
            many.add(ten_.command());
        }
        print({"daemon",
               "ready_with_ten_projects",
               "ms",
               median(many.ms),
               median(none.ms),
               {Goal::Of::kRatioAtMost, 1.2},
               {before, probeFsync(folder_)}});
    }

    void forgetFloor() const {
        for (const auto* suffix : {"", "-wal", "-shm"}) fs::remove(floor_.back() + suffix);
    }

    void ready(const std::string& which, const Place& place, Goal goal) {
        Starts first, again, floor_first, floor_again;
        const double before = probeFsync(folder_);
        for (int i = 0; i < plan_.starts; ++i) {
            forgetFloor();
            place.forget();
            floor_first.add(floor_);
            first.add(place.command());
            floor_again.add(floor_);
            again.add(place.command());
        }
        const std::array probes{before, probeFsync(folder_)};
        const auto line = [&](const char* measure, const auto& of, const auto& floor, Goal wanted) {
            print({"daemon", measure + which, "ms", median(of), median(floor), wanted, probes});
        };
        line("ready", again.ms, floor_again.ms, goal);
        line("cpu_until_ready", again.cpu_ms, floor_again.cpu_ms, {});
        line("ready_first_time", first.ms, floor_first.ms, {});
    }

    void idle(const std::string& which, const Place& place) {
        const double before = probeFsync(folder_);
        const Served floor(floor_);
        const Served orchd(place.command());
        // What the start left to do is done when nothing happens for a moment.
        std::int64_t slept = orchd.sleeps();
        for (int i = 0; i < 20; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds{500});
            if (slept == std::exchange(slept, orchd.sleeps())) break;
        }
        const auto begin = orchd.sleeps();
        std::this_thread::sleep_for(Seconds{plan_.idle_s});
        const auto woken = static_cast<double>(orchd.sleeps() - begin);
        const double rss = orchd.rssMb(), floor_rss = floor.rssMb();
        const std::array probes{before, probeFsync(folder_)};
        print({"daemon",
               "idle_rss" + which,
               "MB",
               rss,
               floor_rss,
               {Goal::Of::kFigureAtMost, 15},
               probes});
        print({"daemon",
               "idle_wakeups" + which,
               "in " + std::to_string(static_cast<int>(plan_.idle_s)) + " s",
               woken,
               std::nullopt,
               {Goal::Of::kFigureAtMost, 0},
               probes});
    }

    Plan plan_;
    fs::path folder_;
    std::vector<std::string> floor_;
    testing::GitRepo repository_;
    Place alone_, project_, ten_;
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch::bench;
    Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {1, 1};
    const orch::testing::TempDir folder;
    DaemonBench(plan, folder.path()).run();
}

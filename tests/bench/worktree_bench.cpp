#include <cstring>
#include <functional>

#include "base/run.hpp"
#include "bench/many_files.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "daemon/agent_access.hpp"
#include "forge/intake.hpp"
#include "forge/local_git_forge.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

// What orchd's two repositories cost: a new task's worktree, opened as the daemon opens it, beside
// `git clone --shared`; and one commit of an agent's taken in, beside `git fetch` of it.
// Usage: worktree_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;
using testing::GitRepo;

constexpr auto kProject = "bench";

struct Plan {
    int files = 50'000;
    int worktrees = 6;
    int commits = 30;
};

double took(const std::function<void()>& work) {
    const auto begun = Steady::now();
    work();
    return secondsSince(begun) * 1e3;
}

Setup setupIn(const fs::path& state, const fs::path& repository) {
    Setup setup;
    setup.state_dir = state;
    setup.read_only = {fs::path{ORCH_SHIM}.parent_path(), repository};
    return setup;
}

/// A user's repository with orchd's forge on it, its git confined in worktrees.
class Place {
public:
    Place(const fs::path& folder, const GitRepo& repository)
        : repository_(repository),
          folder_(folder),
          setup_(setupIn(folder / "state", repository.path())),
          access_(agentAccess(setup_, kProject, ORCH_SHIM)),
          mirror_(mirrorOf(setup_, kProject), repository.path().string(), "main"),
          forge_(repository.path(),
                 "main",
                 mirror_.folder(),
                 access_,
                 formerMirrorOf(setup_, kProject)) {
        forge_.prepare();
    }

    double openMs(int number) {
        const auto worktree = worktreeOf(number);
        const auto ms = took([&] { open(number); });
        forge_.closeWorktree(worktree);
        return ms;
    }

    double cloneMs(int number) const {
        const auto clone = folder_ / ("clone-" + std::to_string(number));
        const auto ms = took([&] {
            bare({"clone", "--quiet", "--shared", repository_.path().string(), clone.string()});
        });
        fs::remove_all(clone);
        return ms;
    }

    /// A worktree in which an agent works, and what the floor fetches into.
    void beginImports() {
        known_ = open(0);
        (void)GitRepo::createBare(fetching_, repository_);
    }

    void commit(const std::string& text) {
        known_ = std::exchange(head_, GitRepo{worktreeOf(0)}.commit("d0/f0", text));
        if (known_.empty()) known_ = repository_.tip();
    }

    double importMs() const {
        return took([&] {
            Intake(mirror_).bring(
                AgentGit(access_, worktreeOf(0), worktreeOf(0) / ".git"), head_, known_);
            mirror_.moveHead(branchOf(0), head_, known_, "taken in");
        });
    }

    double fetchMs() const {
        return took([&] {
            bare({"-C",
                  fetching_.string(),
                  "fetch",
                  "--quiet",
                  "--no-tags",
                  worktreeOf(0).string(),
                  "+refs/heads/" + branchOf(0) + ":refs/" + branchOf(0)});
        });
    }

private:
    static void bare(std::vector<std::string> command) {
        command.insert(command.begin(), "git");
        const auto done = run({.command = std::move(command),
                               .environment = {"PATH=/usr/bin:/bin",
                                               "GIT_CONFIG_GLOBAL=/dev/null",
                                               "GIT_CONFIG_SYSTEM=/dev/null"},
                               .timeout = std::chrono::minutes{15}});
        if (done.exit_code != 0) throw std::runtime_error("git: " + done.errors);
    }
    static std::string branchOf(int number) { return "orch/T-" + std::to_string(number); }
    [[nodiscard]] fs::path worktreeOf(int number) const { return setup_.worktree(TaskId{number}); }
    std::string open(int number) {
        return forge_.openWorktree(worktreeOf(number), branchOf(number));
    }

    const GitRepo& repository_;
    fs::path folder_;
    Setup setup_;
    AgentAccess access_;
    GitMirror mirror_;
    LocalGitForge forge_;
    fs::path fetching_ = folder_ / "fetching.git";
    std::string head_, known_;
};

/// In turn, so that what else the machine does meets both, and each as often first.
void inTurn(int times,
            const std::function<void(int)>& before,
            const std::function<void(int)>& ours,
            const std::function<void(int)>& bare) {
    for (int i = 1; i <= times; ++i) {
        before(i);
        if (i % 2 == 0) bare(i);
        ours(i);
        if (i % 2 != 0) bare(i);
    }
}

void printLine(const std::string& measure,
               const std::vector<double>& ours,
               const std::vector<double>& bare,
               double most,
               const std::array<double, 2>& probes) {
    print({.bench = "worktree",
           .measure = measure,
           .unit = "ms",
           .figure = median(ours),
           .floor = median(bare),
           .goal = {Goal::Of::kRatioAtMost, most},
           .fsync_us = probes});
}

void opening(Place& place, const fs::path& folder, const std::string& of, int times) {
    std::vector<double> ours, bare;
    const double before = probeFsync(folder);
    inTurn(
        times,
        [](int) {},
        [&](int i) { ours.push_back(place.openMs(i)); },
        [&](int i) { bare.push_back(place.cloneMs(i)); });
    printLine("open" + of, ours, bare, 1.5, {before, probeFsync(folder)});
}

void importing(Place& place, const fs::path& folder, const std::string& of, int times) {
    std::vector<double> ours, bare;
    place.beginImports();
    const double before = probeFsync(folder);
    inTurn(
        times,
        [&](int i) { place.commit(std::to_string(i) + " changed\n"); },
        [&](int) { ours.push_back(place.importMs()); },
        [&](int) { bare.push_back(place.fetchMs()); });
    printLine("import_of_a_commit" + of, ours, bare, 2, {before, probeFsync(folder)});
}

void runAll(const Plan& plan) {
    const testing::TempDir folder;
    for (const int files : {100, plan.files}) {
        const auto of = "_of_" + std::to_string(files) + "_files";
        const auto here = folder / std::to_string(files);
        const auto repository = repositoryWith(here / "repository", files);
        Place place(here, repository);
        opening(place, here, of, plan.worktrees);
        importing(place, here, of, plan.commits);
    }
}

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    orch::bench::Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) {
        plan = {.files = 500, .worktrees = 1, .commits = 2};
    }
    orch::bench::runAll(plan);
}

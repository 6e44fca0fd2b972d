#include <cstring>

#include "base/git.hpp"
#include "base/run.hpp"
#include "bench/many_files.hpp"
#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "forge/local_git_forge.hpp"
#include "lease/file_leases.hpp"
#include "store/merge_fence.hpp"
#include "store/store.hpp"
#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"

// What it costs to merge a change of one file into a repository with very many: lease, token, "is
// it merged already?", merge, push, and what the repository says then; beside the bare git commands
// fetch, merge-tree, commit-tree, push, fetch. Usage: merge_bench [--smoke]

namespace orch::bench {
namespace {

namespace fs = std::filesystem;
using testing::GitRepo;

struct Plan {
    int files = 50'000;
    int merges = 12;
};

/// A user's repository with orchd's forge on it, and heads to merge that nobody has merged yet.
class Place {
public:
    Place(const fs::path& folder, const GitRepo& repository)
        : repository_(repository),
          mirror_(folder / "mirror.git"),
          forge_(repository.path(), "main", mirror_),
          store_(folder / "orch.db", std::chrono::seconds{5}),
          leases_(folder / "merge") {
        forge_.prepare();
    }

    /// A commit that changes one file, on the mirror's idea of the base.
    std::string head(const std::string& task) {
        const auto base = forge_.fetchBase();
        const auto index = (mirror_ / "bench-index").string();
        const auto shell = "export GIT_DIR='" + mirror_.string() + "' GIT_INDEX_FILE='" + index +
                           "'; git read-tree " + base + " && git update-index --cacheinfo 100644," +
                           "$(echo " + task + " | git hash-object -w --stdin),d0/f0 && git " +
                           "commit-tree -p " + base + " -m " + task + " $(git write-tree)";
        const auto made = run({.command = {"sh", "-c", shell}, .environment = kIdentity});
        if (made.exit_code != 0) throw std::runtime_error("making a head: " + made.errors);
        return made.output.substr(0, made.output.find('\n'));
    }

    double landMs(const std::string& task) {
        const LandRequest request{task, "orch/" + task, head(task), forge_.fetchBase(), "Bench"};
        const auto begun = Steady::now();
        const auto leased = leases_.acquire(
            {.repository = repository_.path().string(),
             .task = task,
             .job = {JobId{1}, 1},
             .next_token = [&] {
                 return store_.write([](Tx& tx) { return takeMergeFence(tx, "bench"); });
             }});
        const auto landed = forge_.land(request, std::get<LeaseProof>(leased));
        const auto ms = secondsSince(begun) * 1e3;
        if (landed.kind != Landed::Kind::kMerged) throw std::runtime_error(landed.reason);
        return ms;
    }

    double bareMs(const std::string& task) {
        const auto work = head(task);
        const auto base = forge_.fetchBase();
        const Git git{mirror_};
        const auto begun = Steady::now();
        fetch(git);
        const auto tree = git.run("merge", {"merge-tree", "--write-tree", base, work});
        const auto merge =
            git.run("commit", {"commit-tree", "-p", base, "-p", work, "-m", task, tree});
        git.run("push",
                {"push",
                 "--quiet",
                 "--force-with-lease=refs/heads/main:" + base,
                 "--receive-pack=git -c receive.denyCurrentBranch=updateInstead receive-pack",
                 repository_.path().string(),
                 merge + ":refs/heads/main"});
        fetch(git);
        return secondsSince(begun) * 1e3;
    }

private:
    void fetch(const Git& git) const {
        git.run("fetch",
                {"fetch",
                 "--quiet",
                 "--no-tags",
                 repository_.path().string(),
                 "+refs/heads/main:refs/bench"});
    }

    inline static const std::vector<std::string> kIdentity{"PATH=/usr/bin:/bin",
                                                           "GIT_AUTHOR_NAME=b",
                                                           "GIT_AUTHOR_EMAIL=b@localhost",
                                                           "GIT_COMMITTER_NAME=b",
                                                           "GIT_COMMITTER_EMAIL=b@localhost"};
    const GitRepo& repository_;
    fs::path mirror_;
    LocalGitForge forge_;
    Store store_;
    FileLeases leases_;
};

void measure(const std::string& what, const fs::path& folder, const GitRepo& user, int merges) {
    Place place(folder, user);
    std::vector<double> ours, bare;
    const auto before = probeFsync(folder);
    // In turn, so that what else the machine does meets both.
    for (int i = 0; i < merges; ++i) {
        ours.push_back(place.landMs("T-" + std::to_string(2 * i)));
        bare.push_back(place.bareMs("T-" + std::to_string(2 * i + 1)));
    }
    print({.bench = "merge",
           .measure = what,
           .unit = "ms",
           .figure = median(ours),
           .floor = median(bare),
           .goal = {Goal::Of::kRatioAtMost, 3},
           .fsync_us = {before, probeFsync(folder)}});
}

void runAll(const Plan& plan) {
    const testing::TempDir folder;
    const auto user = repositoryWith(folder / "user", plan.files);
    const auto bare = GitRepo::createBare(folder / "bare.git", user);
    const auto size = "_of_" + std::to_string(plan.files) + "_files";
    for (const auto* part : {"a", "b"}) fs::create_directories(folder / part);
    measure("into_a_bare_repository" + size, folder / "a", bare, plan.merges);
    measure("into_a_checkout" + size, folder / "b", user, plan.merges);
}

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    orch::bench::Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) plan = {.files = 500, .merges = 1};
    orch::bench::runAll(plan);
}

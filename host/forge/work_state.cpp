#include "forge/work_state.hpp"

#include <vector>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostPaths = 20;

std::string status(const Git& git) {
    return git.run("state of the worktree",
                   {"status",
                    "--porcelain=v1",
                    "-z",
                    "--no-renames",
                    "--untracked-files=normal",
                    "--ignore-submodules=untracked"});
}

/// "XY <path>\0" each, as git-status(1) describes for -z without renames.
void addPaths(const std::string& status, std::vector<std::string>& paths) {
    constexpr std::size_t kPathAt = 3;
    for (std::size_t from = 0; from < status.size() && paths.size() < kMostPaths;) {
        const auto end = status.find('\0', from);
        paths.push_back(cleanUtf8(status.substr(from + kPathAt, end - from - kPathAt)));
        from = end + 1;
    }
}

}  // namespace

WorkState readWorkState(const GitMirror& mirror, const Git& git, const std::string& branch) {
    const auto tried = "state of the branch " + branch;
    WorkState state;
    state.head =
        mirror.git().run(tried, {"rev-parse", "--verify", "refs/heads/" + branch + "^{commit}"});
    const auto range = mirror.fetchedBase() + ".." + state.head;
    state.commits_ahead = std::stoi(mirror.git().run(tried, {"rev-list", "--count", range}));
    if (!headIsOn(git, branch)) {
        state.dirty.push_back("(the worktree is not on its branch " + branch + ")");
    }
    addPaths(status(git), state.dirty);
    return state;
}

bool isClean(const Git& git) {
    return status(git).empty();
}

bool headIsOn(const Git& git, const std::string& branch) {
    return git.ask({"symbolic-ref", "--quiet", "HEAD"}).output == "refs/heads/" + branch + "\n";
}

}  // namespace orch

#include "forge/work_state.hpp"

#include <vector>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostPaths = 20;
/// Looking for changes inside a submodule runs git there, with the settings of a repository that an
/// agent can have made: it could run anything. That another commit is checked out is seen.
const Git::Arguments kAll{"--untracked-files=normal", "--ignore-submodules=dirty"};

/// "XY <path>\0" each, as git-status(1) describes for -z without renames.
std::vector<std::string> pathsIn(const std::string& status) {
    constexpr std::size_t kPathAt = 3;
    std::vector<std::string> paths;
    for (std::size_t from = 0; from < status.size() && paths.size() < kMostPaths;) {
        const auto end = status.find('\0', from);
        paths.push_back(cleanUtf8(status.substr(from + kPathAt, end - from - kPathAt)));
        from = end + 1;
    }
    return paths;
}

}  // namespace

WorkState readWorkState(const GitMirror& mirror, const Git& git, const std::string& branch) {
    const auto tried = "state of the branch " + branch;
    WorkState state;
    state.head =
        mirror.git().run(tried, {"rev-parse", "--verify", "refs/heads/" + branch + "^{commit}"});
    const auto range = mirror.fetchedBase() + ".." + state.head;
    state.commits_ahead = std::stoi(mirror.git().run(tried, {"rev-list", "--count", range}));
    state.dirty = changedPaths(git, kAll);
    if (!headIsOn(git, branch)) {
        state.dirty.insert(state.dirty.begin(),
                           "(the worktree is not on its branch " + branch + ")");
        if (state.dirty.size() > kMostPaths) state.dirty.pop_back();
    }
    return state;
}

std::vector<std::string> changedPaths(const Git& git, const Git::Arguments& options) {
    Git::Arguments command{"status", "--porcelain=v1", "-z", "--no-renames"};
    command.insert(command.end(), options.begin(), options.end());
    return pathsIn(git.run("looking for changes", command));
}

bool isClean(const Git& git) {
    return changedPaths(git, kAll).empty();
}

bool headIsOn(const Git& git, const std::string& branch) {
    return git.ask({"symbolic-ref", "--quiet", "HEAD"}).output == "refs/heads/" + branch + "\n";
}

}  // namespace orch

#include "forge/work_state.hpp"

#include "base/error.hpp"
#include "forge/status_text.hpp"

namespace orch {

std::string withdrawnIn(const GitMirror& mirror, const std::string& base, const std::string& head) {
    for (const auto& tip : mirror.withdrawn()) {
        const Git::Arguments question{"merge-base", head, tip};
        const auto answer = mirror.git().ask(question);
        if (answer.exit_code > 1) throwGitFailure("what " + head + " shares", question, answer);
        const auto shared = answer.output.substr(0, answer.output.find('\n'));
        if (shared.empty()) continue;
        if (!mirror.git().ask({"merge-base", "--is-ancestor", shared, base}).ok()) return shared;
    }
    return {};
}

void addWork(const GitMirror& mirror, WorkState& state) {
    const auto base = mirror.fetchedBase();
    if (state.head != base) {
        state.merge_bases = static_cast<int>(mirror.mergeBases(base, state.head).size());
    }
    state.withdrawn = withdrawnIn(mirror, base, state.head);
    state.commits_ahead = mirror.ownCommits(state.head, {});
}

std::vector<std::string> changedPaths(const Git& git, const Git::Arguments& options) {
    Git::Arguments command{"status", "--porcelain=v2", "--branch", "-z", "--no-renames"};
    command.insert(command.end(), options.begin(), options.end());
    auto status = parseStatus(git.run("looking for changes", command));
    if (!status) throw RemoteError("looking for changes: git status answers otherwise", false);
    return std::move(status->dirty);
}

}  // namespace orch

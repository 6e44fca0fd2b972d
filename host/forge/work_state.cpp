#include "forge/work_state.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "forge/status_text.hpp"

namespace orch {

namespace {

int countOf(const GitMirror& mirror, const std::string& head, const std::vector<std::string>& but) {
    Git::Arguments question{"rev-list", "--count", head};
    for (const auto& commit : but) question.push_back("^" + commit);
    return std::stoi(mirror.git().run("commits of " + head, question));
}

int mergeBasesOf(const GitMirror& mirror, const std::string& base, const std::string& head) {
    const Git::Arguments question{"merge-base", "--all", base, head};
    const auto answer = mirror.git().ask(question);
    if (answer.exit_code > 1) throwGitFailure("what " + head + " shares", question, answer);
    return static_cast<int>(std::ranges::count(answer.output, '\n'));
}

}  // namespace

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
    state.merge_bases = state.head == base ? 1 : mergeBasesOf(mirror, base, state.head);
    auto others = mirror.withdrawn();
    if (!others.empty()) state.withdrawn = withdrawnIn(mirror, base, state.head);
    others.push_back(base);
    state.commits_ahead = countOf(mirror, state.head, others);
}

std::vector<std::string> changedPaths(const Git& git, const Git::Arguments& options) {
    Git::Arguments command{"status", "--porcelain=v2", "--branch", "-z", "--no-renames"};
    command.insert(command.end(), options.begin(), options.end());
    auto status = parseStatus(git.run("looking for changes", command));
    if (!status) throw RemoteError("looking for changes: git status answers otherwise", false);
    return std::move(status->dirty);
}

}  // namespace orch

#include "forge/landed.hpp"

#include <set>
#include <vector>

namespace orch {

namespace {

/// Of "<commit> <first parent> <others …>"; "" for a commit without parents.
std::string firstParentIn(const std::string& line) {
    const auto at = line.find(' ');
    return at == std::string::npos ? "" : line.substr(at + 1, at);
}

class Search {
public:
    Search(const GitMirror& mirror, const std::string& tip) : mirror_(mirror), tip_(tip) {}

    /// The oldest commit of the first-parent line that contains `head`, which `tip` contains.
    [[nodiscard]] std::string firstContaining(const std::string& head) const {
        const auto line = linesOf(git({"rev-list", "--first-parent", "--parents", range(head)}));
        // The line leads down to head itself when the base was fast-forwarded to it.
        if (line.empty() || firstParentIn(line.back()) == head) return head;
        const auto between = linesOf(git({"rev-list", "--ancestry-path", range(head)}));
        const std::set<std::string> containing(between.begin(), between.end());
        for (auto entry = line.rbegin(); entry != line.rend(); ++entry) {
            const auto commit = entry->substr(0, head.size());
            if (containing.contains(commit)) return commit;
        }
        return tip_;
    }

    /// Commits of the first-parent line whose trailers name task and head, the newest first.
    [[nodiscard]] std::vector<std::string> named(const std::string& task,
                                                 const std::string& head) const {
        const auto found = git({"log",
                                "--first-parent",
                                "--fixed-strings",
                                "--grep=Orch-Head: " + head,
                                "--format=%H %(trailers:key=Orch-Task,valueonly,separator=%x20) "
                                "%(trailers:key=Orch-Head,valueonly,separator=%x20)",
                                mirror_.remoteKnows(head) ? range(head) : tip_});
        std::vector<std::string> commits;
        for (const auto& line : linesOf(found)) {
            const auto after_sha = line.find(' ');
            if (line.substr(after_sha) != " " + task + " " + head) continue;
            commits.push_back(line.substr(0, after_sha));
        }
        return commits;
    }

    [[nodiscard]] std::optional<std::string> revertOf(const std::string& commit) const {
        const auto found = git({"log",
                                "--fixed-strings",
                                "--grep=This reverts commit " + commit,
                                "--format=%H",
                                range(commit)});
        for (const auto& revert : linesOf(found)) {
            if (!revertOf(revert)) return revert;
        }
        return std::nullopt;
    }

private:
    [[nodiscard]] std::string range(const std::string& after) const { return after + ".." + tip_; }
    [[nodiscard]] std::string git(const Git::Arguments& arguments) const {
        return mirror_.remoteGit().run("history of " + mirror_.base() + " of " + mirror_.remote(),
                                       arguments);
    }

    const GitMirror& mirror_;
    const std::string& tip_;
};

}  // namespace

std::optional<OnBase> findOnBase(const GitMirror& mirror,
                                 const std::string& tip,
                                 const std::string& task,
                                 const std::string& head) {
    requireSha(head);
    const Search search(mirror, tip);
    if (mirror.contains(tip, head)) {
        const auto commit = search.firstContaining(head);
        auto revert = search.revertOf(commit);
        if (!revert && commit != head) revert = search.revertOf(head);
        return OnBase{commit, revert};
    }
    std::optional<OnBase> found;
    for (const auto& commit : search.named(task, head)) {
        found = OnBase{commit, search.revertOf(commit)};
        if (!found->reverted_by) break;
    }
    return found;
}

std::optional<std::string> revertOf(const GitMirror& mirror,
                                    const std::string& tip,
                                    const std::string& commit) {
    requireSha(commit);
    return Search(mirror, tip).revertOf(commit);
}

}  // namespace orch

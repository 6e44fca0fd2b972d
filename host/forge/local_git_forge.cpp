#include "forge/local_git_forge.hpp"

#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "forge/as_remote.hpp"
#include "forge/landed.hpp"
#include "forge/landing.hpp"
#include "forge/merging.hpp"
#include "forge/repository_lock.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::string opening(const fs::path& folder) {
    return "opening the worktree " + folder.string();
}

}  // namespace

LocalGitForge::LocalGitForge(fs::path repository, std::string base, fs::path mirror)
    : repository_(fs::absolute(repository).lexically_normal()),
      mirror_(fs::absolute(mirror).lexically_normal(), repository_.string(), std::move(base)),
      worktrees_(mirror_) {}

void LocalGitForge::prepare() {
    asRemote("preparing " + repository_.string(), [&] {
        requireUsableGit();
        requireUsableRepository(repository_, mirror_.base());
        mirror_.create(objectFormatOf(repository_));
        mirror_.fetchBase();
    });
}

std::string LocalGitForge::fetchBase() {
    return mirror_.fetchBase();
}

void LocalGitForge::openWorktree(const fs::path& folder, const std::string& branch) {
    asRemote(opening(folder), [&] { worktrees_.open(folder, branch); });
}

WorkState LocalGitForge::workState(const fs::path& folder, const std::string& branch) {
    return asRemote("state of the worktree " + folder.string(),
                    [&] { return worktrees_.state(folder, branch); });
}

MergePreview LocalGitForge::previewMerge(const std::string& base, const std::string& head) {
    return orch::previewMerge(mirror_, base, head);
}

std::string LocalGitForge::openMerged(const fs::path& folder,
                                      const std::string& base,
                                      const std::string& head) {
    const auto merge = orch::previewMerge(mirror_, base, head);
    if (!merge.conflicts.empty()) {
        throw RemoteError(
            "merge of " + head + " into " + base + ": conflict in " + join(merge.conflicts, ", "),
            false);
    }
    auto commit = commitMerge(mirror_, merge, base, head, "Merge to be checked");
    asRemote(opening(folder), [&] { worktrees_.openDetached(folder, commit); });
    return commit;
}

void LocalGitForge::openCommit(const fs::path& folder, const std::string& commit) {
    asRemote(opening(folder), [&] { worktrees_.openDetached(folder, commit); });
}

void LocalGitForge::closeWorktree(const fs::path& folder) {
    worktrees_.close(folder);
}

std::vector<std::string> LocalGitForge::branches() {
    const auto listed =
        mirror_.git().run("branches of " + mirror_.folder().string(),
                          {"for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/orch/"});
    std::vector<std::string> names;
    std::istringstream lines(listed);
    for (std::string line; std::getline(lines, line);) names.push_back(line);
    return names;
}

bool LocalGitForge::dropLanded(const std::string& task, const std::string& branch) {
    const auto tried = "deleting the branch " + branch;
    const auto ref = "refs/heads/" + branch;
    const auto seen =
        mirror_.git().run(tried, {"for-each-ref", "--format=%(objectname) %(worktreepath)", ref});
    const auto head = seen.substr(0, seen.find(' '));
    const bool in_use = seen.size() > head.size() + 1;
    if (seen.empty() || in_use || !landedAs(task, head)) return false;
    // Only as it was judged: work that came meanwhile is not proven.
    mirror_.git().run(tried, {"update-ref", "--no-deref", "-d", ref, head});
    return true;
}

std::vector<PathRule> LocalGitForge::pathsFor(const fs::path& worktree, const std::string& branch) {
    return asRemote("what git needs in the worktree " + worktree.string(),
                    [&] { return worktrees_.pathsFor(worktree, branch); });
}

std::optional<std::string> LocalGitForge::landedAs(const std::string& task,
                                                   const std::string& head) {
    const auto found = findOnBase(mirror_, mirror_.fetchBase(), task, head);
    if (!found || found->reverted_by) return std::nullopt;
    return found->commit;
}

bool LocalGitForge::onBase(const std::string& commit) {
    const auto tip = mirror_.fetchBase();
    return mirror_.contains(tip, commit) && !revertOf(mirror_, tip, commit);
}

Landed LocalGitForge::land(const LandRequest& request, const LeaseProof& proof) {
    return asRemote("landing " + request.task, [&] {
        const RepositoryLock lock(repository_);
        return Landing(mirror_, repository_, request, proof).run();
    });
}

}  // namespace orch

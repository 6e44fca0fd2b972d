#include "forge/local_git_forge.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "forge/as_remote.hpp"
#include "forge/changes.hpp"
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

LocalGitForge::LocalGitForge(
    fs::path repository, std::string base, fs::path mirror, AgentAccess access, fs::path former)
    : repository_(fs::absolute(repository).lexically_normal()),
      readers_(access.user ? std::optional{access.user->group} : std::nullopt),
      mirror_(fs::absolute(mirror).lexically_normal(), repository_.string(), std::move(base)),
      workspaces_(mirror_, std::move(access), std::move(former)) {}

void LocalGitForge::prepare() {
    asRemote("preparing " + repository_.string(), [&] {
        requireUsableGit();
        requireUsableRepository(repository_, mirror_.base());
        mirror_.open(objectFormatOf(repository_), readers_);
    });
}

std::string LocalGitForge::fetchBase() {
    return mirror_.fetchBase();
}

std::string LocalGitForge::openWorktree(const fs::path& folder, const std::string& branch) {
    return asRemote(opening(folder), [&] { return workspaces_.open(folder, branch); });
}

WorkState LocalGitForge::workState(const fs::path& folder, const std::string& branch) {
    return asRemote("state of the worktree " + folder.string(),
                    [&] { return workspaces_.state(folder, branch); });
}

MergePreview LocalGitForge::previewMerge(const std::string& base, const std::string& head) {
    return orch::previewMerge(mirror_, base, head);
}

ChangedPaths LocalGitForge::changedPaths(const std::string& base, const std::string& head) {
    return orch::changedPaths(mirror_, base, head);
}

Diff LocalGitForge::diff(const std::string& base,
                         const std::string& head,
                         const DiffRequest& request) {
    return diffOf(mirror_, base, head, request);
}

CommitsText LocalGitForge::commits(const std::string& base,
                                   const std::string& head,
                                   std::size_t limit) {
    return commitsOf(mirror_, base, head, limit);
}

std::optional<std::string> LocalGitForge::fileAt(const std::string& commit,
                                                 const std::string& path,
                                                 std::size_t limit) {
    return fileOf(mirror_, commit, path, limit);
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
    openCommit(folder, commit, {}, OpenFor::kAgent);
    return commit;
}

void LocalGitForge::openCommit(const fs::path& folder,
                               const std::string& commit,
                               const std::string& branch,
                               OpenFor whom) {
    asRemote(opening(folder), [&] { workspaces_.openCommit(folder, commit, branch, whom); });
}

void LocalGitForge::closeWorktree(const fs::path& folder) {
    workspaces_.close(folder);
}

std::vector<std::string> LocalGitForge::branches() {
    return linesOf(
        mirror_.git().run("branches of " + mirror_.folder().string(),
                          {"for-each-ref", "--format=%(refname:lstrip=1)", "refs/orch/"}));
}

bool LocalGitForge::dropLanded(const std::string& task, const std::string& branch) {
    const auto head = mirror_.headOf(branch);
    if (!head || !landedAs(task, *head)) return false;
    // Only as it was judged: work that came meanwhile is not proven.
    mirror_.git().run("deleting the branch " + branch,
                      {"update-ref", "--no-deref", "-d", "refs/" + branch, *head});
    return true;
}

std::vector<PathRule> LocalGitForge::sharedPaths() {
    return LfsBorrowing::readable(mirror_.folder());
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

#include "forge/local_git_forge.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "forge/as_remote.hpp"
#include "forge/landed.hpp"
#include "forge/merging.hpp"
#include "forge/repository_check.hpp"
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

std::optional<std::string> LocalGitForge::landedAs(const std::string& task,
                                                   const std::string& head) {
    const auto found = findOnBase(mirror_, mirror_.fetchBase(), task, head);
    if (!found || found->reverted_by) return std::nullopt;
    return found->commit;
}

bool LocalGitForge::onBase(const std::string& commit) {
    const auto tip = mirror_.fetchBase();
    return mirror_.knows(commit) && mirror_.contains(tip, commit);
}

Landed LocalGitForge::land(const LandRequest& request) {
    const RepositoryLock lock(repository_);
    constexpr int kTries = 3;  // against somebody who pushes at the same moment
    std::string busy;
    for (int tries = 0; tries < kTries; ++tries) {
        if (auto landed = landOnce(request, busy)) return *landed;
    }
    throw RemoteError("landing " + request.task + ": " + busy, true);
}

std::optional<Landed> LocalGitForge::landOnce(const LandRequest& request, std::string& busy) {
    const auto tip = mirror_.fetchBase();
    if (auto there = alreadyThere(request, tip)) return there;
    const auto preview = orch::previewMerge(mirror_, tip, request.head);
    if (!preview.conflicts.empty()) {
        return Landed{Landed::Kind::kConflict, {}, "conflict in " + join(preview.conflicts, ", ")};
    }
    if (preview.no_change) {
        return Landed{Landed::Kind::kAlreadyMerged,
                      tip,
                      "merging would change nothing: " + mirror_.base() + " has this content"};
    }
    const auto merge = commitMerge(mirror_, preview, tip, request.head, mergeMessage(request));
    const auto answer = pushBase(mirror_, merge, tip);
    busy = answer.reason;
    return afterPush(request, merge, answer);
}

/// The answers that need no merge: on the base already, taken back, or judged on another base.
std::optional<Landed> LocalGitForge::alreadyThere(const LandRequest& request,
                                                  const std::string& tip) const {
    using Kind = Landed::Kind;
    if (const auto found = findOnBase(mirror_, tip, request.task, request.head)) {
        if (!found->reverted_by)
            return Landed{Kind::kAlreadyMerged, found->commit, "found on " + mirror_.base()};
        return Landed{Kind::kRefused,
                      found->commit,
                      "it was merged as " + found->commit + " and reverted by " +
                          *found->reverted_by + "; revert the revert, or commit new work"};
    }
    if (tip == request.expected_base) return std::nullopt;
    return Landed{Kind::kBaseMoved, {}, mirror_.base() + " is at " + tip};
}

/// Whatever the push said, the repository is asked what is true.
std::optional<Landed> LocalGitForge::afterPush(const LandRequest& request,
                                               const std::string& merge,
                                               const PushAnswer& answer) const {
    const auto tip = mirror_.fetchBase();
    if (mirror_.contains(tip, merge)) return Landed{Landed::Kind::kMerged, merge, {}};
    if (auto there = alreadyThere(request, tip)) return there;
    switch (answer.kind) {
        case PushAnswer::Kind::kRefused:
            return Landed{Landed::Kind::kRefused, {}, answer.reason};
        case PushAnswer::Kind::kBusy:
            return std::nullopt;
        default:
            throw RemoteError("landing " + request.task + ": " + answer.reason, true);
    }
}

}  // namespace orch

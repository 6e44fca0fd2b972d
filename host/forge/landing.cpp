#include "forge/landing.hpp"

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "forge/landed.hpp"
#include "forge/lfs_transfer.hpp"
#include "forge/merging.hpp"
#include "forge/work_state.hpp"

namespace orch {

namespace {

using Kind = Landed::Kind;

/// Names the merge while its push is under way and the user's checkout was clean before: what a
/// push that was killed left in the checkout can then be told from the user's own changes.
constexpr const char* kUnderWay = "refs/under-way/landing";

}  // namespace

Landed Landing::run() {
    constexpr int kTries = 3;  // against somebody who pushes at the same moment
    for (int tries = 0; tries < kTries; ++tries) {
        clearUp();
        if (auto landed = tryOnce()) return *landed;
    }
    throw RemoteError("landing " + request_.task + ": " + busy_, true);
}

std::optional<Landed> Landing::tryOnce() {
    const auto base = look();
    if (auto landed = withoutMerging(request_, base)) return landed;
    if (const auto gone = withdrawnIn(mirror_, base.tip, request_.head); !gone.empty()) {
        return Landed{
            Kind::kWithdrawn,
            {},
            "it would bring " + shortSha(gone) + " back, which was taken off " + mirror_.base()};
    }
    const auto preview = previewMerge(mirror_, base.tip, request_.head);
    if (!preview.conflicts.empty()) {
        return Landed{Kind::kConflict, {}, "conflict in " + join(preview.conflicts, ", ")};
    }
    if (preview.no_change) {
        const auto reason = "merging would change nothing: " + mirror_.base() + " has this content";
        return Landed{Kind::kAlreadyMerged, base.tip, reason};
    }
    return mergeAndPush(base.tip, preview);
}

BaseSeen Landing::look() const {
    auto tip = mirror_.fetchBase();
    auto found = findOnBase(mirror_, tip, request_.task, request_.head);
    return {mirror_.base(), std::move(tip), std::move(found)};
}

std::optional<Landed> Landing::mergeAndPush(const std::string& tip, const MergePreview& preview) {
    requireNotEverybodys(repository_);
    // Before the branch moves: whoever sees the commit finds its files.
    const LfsTransfer lfs(mirror_);
    const auto brought = lfs.land(request_.head, tip, proof_);
    if (!brought.trouble.empty()) return Landed{Kind::kRefused, {}, brought.trouble};
    const auto merge =
        commitMerge(mirror_, preview, tip, request_.head, mergeMessage(request_, proof_));
    const auto standing = standingOf(Checkout::allOf(repository_, mirror_.base()), tip, merge);
    if (standing.may_follow) begin(merge);
    crashPoint("forge.before_push");
    auto answer = standing.hindrance.empty()
                      ? pushBase(mirror_, merge, tip, proof_)
                      : PushAnswer{PushAnswer::Kind::kRefused, standing.hindrance};
    crashPoint("forge.pushed");
    if (!standing.changes.empty()) {
        answer.reason += "; changed there: " + join(standing.changes, ", ");
    }
    busy_ = answer.reason;
    auto landed = observed(merge, answer);
    clearUp();
    if (landed && landed->kind == Kind::kMerged) lfs.forget(brought);
    return landed;
}

Landing::Standing Landing::standingOf(const std::vector<Checkout>& checkouts,
                                      const std::string& tip,
                                      const std::string& merge) const {
    Standing standing;
    for (const auto& checkout : checkouts) {
        const auto changes = checkout.changes();
        standing.changes.insert(standing.changes.end(), changes.begin(), changes.end());
        if (!standing.hindrance.empty()) continue;
        const auto hindrance = checkout.hindrance(mirror_.git(), tip, merge);
        if (hindrance.empty()) continue;
        standing.hindrance =
            "no push to " + mirror_.base() + " of " + mirror_.remote() + ": " + hindrance;
    }
    standing.may_follow =
        !checkouts.empty() && standing.changes.empty() && standing.hindrance.empty();
    return standing;
}

/// Whatever the push said, the repository is asked what is true.
std::optional<Landed> Landing::observed(const std::string& merge, const PushAnswer& answer) const {
    const auto base = look();
    return afterPush(request_, merge, mirror_.contains(base.tip, merge), base, answer);
}

void Landing::begin(const std::string& merge) const {
    mirror_.git().run("landing " + request_.task, {"update-ref", kUnderWay, merge});
}

void Landing::clearUp() const {
    const auto merge = mirror_.git().ask({"rev-parse", "--verify", "--quiet", kUnderWay}).output;
    if (merge.empty()) return;
    const auto commit = merge.substr(0, merge.find('\n'));
    for (const auto& checkout : Checkout::allOf(repository_, mirror_.base())) {
        proof_.require();
        checkout.leadBackFrom(commit);
    }
    mirror_.git().run("landing " + request_.task, {"update-ref", "-d", kUnderWay});
}

}  // namespace orch

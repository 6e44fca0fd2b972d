// The Forge half of FakeForge.
#include <utility>

#include "base/error.hpp"
#include "support/fake_forge.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace orch::testing {

namespace {

constexpr std::size_t kMostPaths = 20;

void requireBranchName(const std::string& branch) {
    const bool bad = branch.empty() || branch.front() == '-' || branch.front() == '/' ||
                     branch.find("..") != std::string::npos ||
                     branch.find(' ') != std::string::npos;
    if (bad) throw RemoteError("\"" + branch + "\" is not a name git accepts for a branch", false);
}

/// As git writes a message below a commit's headers.
std::string indented(const std::string& message) {
    std::string text;
    std::istringstream lines(message);
    for (std::string line; std::getline(lines, line);) text += "    " + line + "\n";
    return text;
}

}  // namespace

void FakeForge::prepare() {
    called("prepare");
}

std::string FakeForge::fetchBase() {
    called("fetchBase");
    return baseTip();
}

std::string FakeForge::openWorktree(const std::filesystem::path& folder,
                                    const std::string& branch) {
    called("openWorktree");
    requireBranchName(branch);
    const std::scoped_lock lock(mutex_);
    worktrees_[folder] = Worktree{branch, {}};
    return branchNamed(branch).head;
}

WorkState FakeForge::workState(const std::filesystem::path& folder, const std::string& branch) {
    called("workState");
    const std::scoped_lock lock(mutex_);
    const auto found = branches_.find(branch);
    if (found == branches_.end()) {
        throw RemoteError("state of " + folder.string() + ": its branch has not begun", true);
    }
    const auto& work = found->second;
    WorkState state{.head = work.head, .withdrawn = withdrawnIn(work.head)};
    for (const auto& sha : repo_.historyOf(work.head)) {
        if (!repo_.contains(base_tip_, sha) && !isWithdrawn(sha)) ++state.commits_ahead;
    }
    if (work.broken) state.trouble = "git cannot read the worktree's repository";
    for (const auto& [path, text] : work.changes) {
        if (state.dirty.size() < kMostPaths) state.dirty.push_back(path);
    }
    return state;
}

MergePreview FakeForge::previewMerge(const std::string& base, const std::string& head) {
    called("previewMerge");
    const std::scoped_lock lock(mutex_);
    auto preview = repo_.preview(base, head);
    if (preview.conflicts.size() > kMostPaths) preview.conflicts.resize(kMostPaths);
    return preview;
}

namespace {

std::vector<std::string> linesOf(const FakeTree& files, const std::string& path) {
    std::vector<std::string> lines;
    const auto found = files.find(path);
    std::istringstream text(found == files.end() ? "" : found->second);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
}

std::set<std::string> pathsBetween(const FakeTree& from, const FakeTree& to) {
    std::set<std::string> paths;
    for (const auto& [path, text] : from) {
        if (!to.contains(path) || to.at(path) != text) paths.insert(path);
    }
    for (const auto& [path, text] : to) {
        if (!from.contains(path)) paths.insert(path);
    }
    return paths;
}

std::string diffBetween(const FakeTree& from, const FakeTree& to, const std::string& path) {
    const auto removed = linesOf(from, path);
    const auto added = linesOf(to, path);
    std::string text = "diff --git a/" + path + " b/" + path + "\n";
    text += "--- " + (from.contains(path) ? "a/" + path : "/dev/null") + "\n";
    text += "+++ " + (to.contains(path) ? "b/" + path : "/dev/null") + "\n";
    text +=
        "@@ -1," + std::to_string(removed.size()) + " +1," + std::to_string(added.size()) + " @@\n";
    for (const auto& line : removed) text += "-" + line + "\n";
    for (const auto& line : added) text += "+" + line + "\n";
    return text;
}

bool cutTo(std::string& text, std::size_t limit) {
    if (text.size() <= limit) return false;
    text.resize(limit);
    return true;
}

}  // namespace

ChangedPaths FakeForge::changedPaths(const std::string& base, const std::string& head) {
    called("changedPaths");
    const std::scoped_lock lock(mutex_);
    const auto paths = pathsBetween(repo_.mergeBase(base, head), repo_.at(head).files);
    return {{paths.begin(), paths.end()}, false};
}

Diff FakeForge::diff(const std::string& base, const std::string& head, const DiffRequest& request) {
    called("diff");
    const std::scoped_lock lock(mutex_);
    const auto from = repo_.mergeBase(base, head);
    const auto& to = repo_.at(head).files;
    Diff diff;
    for (const auto& path : pathsBetween(from, to)) {
        const bool wanted =
            request.paths.empty() || std::ranges::find(request.paths, path) != request.paths.end();
        if (wanted) diff.text += diffBetween(from, to, path);
    }
    diff.cut = cutTo(diff.text, request.limit);
    return diff;
}

CommitsText FakeForge::commits(const std::string& base,
                               const std::string& head,
                               std::size_t limit) {
    called("commits");
    const std::scoped_lock lock(mutex_);
    const auto on_base = repo_.historyOf(base);
    CommitsText all;
    for (const auto& sha : repo_.historyOf(head)) {
        if (on_base.contains(sha)) continue;
        const auto& commit = repo_.at(sha);
        // Of a merge only what none of its parents has: here, nothing.
        if (commit.parents.size() > 1) continue;
        const FakeTree from =
            commit.parents.empty() ? FakeTree{} : repo_.at(commit.parents[0]).files;
        all.objects +=
            sha + "\nauthor fake <fake@localhost> 0 +0000\n\n" + indented(commit.message) + '\0';
        all.names += "commit:" + sha + '\0';
        for (const auto& [path, text] : commit.files) {
            if (!from.contains(path)) all.names += path + '\0';
        }
        all.patches += "commit:" + sha + "\n\n";
        for (const auto& path : pathsBetween(from, commit.files)) {
            all.patches += diffBetween(from, commit.files, path);
        }
    }
    for (auto* text : {&all.objects, &all.names, &all.patches}) all.cut |= cutTo(*text, limit);
    return all;
}

std::optional<std::string> FakeForge::fileAt(const std::string& commit,
                                             const std::string& path,
                                             std::size_t limit) {
    called("fileAt");
    const std::scoped_lock lock(mutex_);
    const auto& files = repo_.at(commit).files;
    if (!files.contains(path)) return std::nullopt;
    return files.at(path).substr(0, limit);
}

std::string FakeForge::openMerged(const std::filesystem::path& folder,
                                  const std::string& base,
                                  const std::string& head) {
    called("openMerged");
    const std::scoped_lock lock(mutex_);
    if (!repo_.preview(base, head).conflicts.empty()) {
        throw RemoteError("merge of " + head + " into " + base + ": conflict", false);
    }
    auto sha = repo_.add({base, head}, repo_.merged(base, head), "To be checked\n");
    worktrees_[folder] = Worktree{{}, sha};
    return sha;
}

void FakeForge::openCommit(const std::filesystem::path& folder,
                           const std::string& commit,
                           const std::string& /*branch*/,
                           OpenFor /*whom*/) {
    called("openCommit");
    const std::scoped_lock lock(mutex_);
    static_cast<void>(repo_.at(commit));
    worktrees_[folder] = Worktree{{}, commit};
}

void FakeForge::closeWorktree(const std::filesystem::path& folder) {
    called("closeWorktree");
    loseWorktree(folder);
}

std::vector<std::string> FakeForge::branches() {
    called("branches");
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, branch] : branches_) names.push_back(name);
    return names;
}

bool FakeForge::dropLanded(const std::string& task, const std::string& branch) {
    called("dropLanded");
    const std::scoped_lock lock(mutex_);
    const auto found = branches_.find(branch);
    if (found == branches_.end()) return false;
    if (!repo_.landedAs(base_tip_, task, found->second.head)) return false;
    branches_.erase(found);
    return true;
}

std::vector<PathRule> FakeForge::sharedPaths() {
    called("sharedPaths");
    return {{"/fake-mirror/objects", PathAccess::kRead}};
}

std::optional<std::string> FakeForge::landedAs(const std::string& task, const std::string& head) {
    called("landedAs");
    const std::scoped_lock lock(mutex_);
    return repo_.landedAs(base_tip_, task, head);
}

Landed FakeForge::land(const LandRequest& request, const LeaseProof& proof) {
    called("land");
    proof.require();
    const std::scoped_lock lock(mutex_);
    if (!land_answers_.empty()) {
        auto answer = std::move(land_answers_.front());
        land_answers_.pop();
        return answer;
    }
    if (auto landed = withoutMerging(request)) return *landed;
    base_tip_ = repo_.add(
        {base_tip_, request.head}, repo_.merged(base_tip_, request.head), messageFor(request));
    return {Landed::Kind::kMerged, base_tip_, {}};
}

bool FakeForge::isWithdrawn(const std::string& commit) const {
    return std::ranges::any_of(withdrawn_, [&](const auto& tip) {
        return repo_.contains(tip, commit) && !repo_.contains(base_tip_, commit);
    });
}

std::string FakeForge::withdrawnIn(const std::string& head) const {
    for (const auto& commit : repo_.historyOf(head)) {
        if (isWithdrawn(commit)) return commit;
    }
    return {};
}

std::optional<Landed> FakeForge::withoutMerging(const LandRequest& request) const {
    using Kind = Landed::Kind;
    if (const auto through = repo_.landedAs(base_tip_, request.task, request.head)) {
        return Landed{Kind::kAlreadyMerged, *through, "found on the base"};
    }
    if (repo_.contains(base_tip_, request.head)) {
        return Landed{Kind::kReverted, {}, "the merge was reverted on the base"};
    }
    if (base_tip_ != request.expected_base) {
        return Landed{Kind::kBaseMoved, {}, "the base is at " + base_tip_};
    }
    if (const auto gone = withdrawnIn(request.head); !gone.empty()) {
        return Landed{Kind::kWithdrawn, {}, "it would bring " + gone + " back"};
    }
    const auto preview = repo_.preview(base_tip_, request.head);
    if (!preview.conflicts.empty()) {
        return Landed{Kind::kConflict, {}, "conflict in " + preview.conflicts.front()};
    }
    if (preview.no_change) {
        return Landed{Kind::kAlreadyMerged, base_tip_, "merging would change nothing"};
    }
    if (checkout_dirty_) return Landed{Kind::kRefused, {}, "the checkout has unstaged changes"};
    return std::nullopt;
}

std::string FakeForge::messageFor(const LandRequest& request) {
    auto message = "Merge " + request.task + ": " + request.title +
                   "\n\nOrch-Task: " + request.task + "\nOrch-Head: " + request.head + "\n";
    for (const auto& [name, value] : request.trailers) message += name + ": " + value + "\n";
    return message;
}

bool FakeForge::onBase(const std::string& commit) {
    called("onBase");
    const std::scoped_lock lock(mutex_);
    return repo_.contains(base_tip_, commit) && !repo_.revertOf(base_tip_, commit);
}

bool FakeForge::reportsChecks() const {
    const std::scoped_lock lock(mutex_);
    return reports_checks_;
}

}  // namespace orch::testing

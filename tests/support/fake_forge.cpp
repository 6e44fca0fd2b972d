#include "support/fake_forge.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace orch::testing {

FakeForge::FakeForge() : base_tip_(repo_.add({}, {{"README", "hello\n"}}, "Begin\n")) {}

std::string FakeForge::commit(const std::string& branch,
                              const std::string& path,
                              const std::string& text) {
    const std::scoped_lock lock(mutex_);
    auto& work = branchNamed(branch);
    auto files = repo_.at(work.head).files;
    for (auto& [changed, content] : std::exchange(work.changes, {})) files[changed] = content;
    files[path] = text;
    work.head = repo_.add({work.head}, std::move(files), "Work\n");
    return work.head;
}

void FakeForge::write(const std::string& branch, const std::string& path, const std::string& text) {
    const std::scoped_lock lock(mutex_);
    branchNamed(branch).changes[path] = text;
}

std::string FakeForge::commitOnBase(const std::string& path, const std::string& text) {
    const std::scoped_lock lock(mutex_);
    auto files = repo_.at(base_tip_).files;
    files[path] = text;
    return base_tip_ = repo_.add({base_tip_}, std::move(files), "By somebody else\n");
}

std::string FakeForge::revertOnBase(const std::string& sha) {
    const std::scoped_lock lock(mutex_);
    auto files = repo_.at(repo_.at(sha).parents.front()).files;
    return base_tip_ = repo_.add(
               {base_tip_}, std::move(files), "Revert\n\nThis reverts commit " + sha + ".\n");
}

std::string FakeForge::withdrawFromBase() {
    const std::scoped_lock lock(mutex_);
    withdrawn_.push_back(base_tip_);
    return base_tip_ = repo_.at(base_tip_).parents.front();
}

std::string FakeForge::mergeByHand(const std::string& head) {
    const std::scoped_lock lock(mutex_);
    return base_tip_ =
               repo_.add({base_tip_, head}, repo_.merged(base_tip_, head), "Merged by hand\n");
}

void FakeForge::breakRepository(const std::string& branch) {
    const std::scoped_lock lock(mutex_);
    branchNamed(branch).broken = true;
}

void FakeForge::soilCheckout(bool dirty) {
    const std::scoped_lock lock(mutex_);
    checkout_dirty_ = dirty;
}

void FakeForge::loseWorktree(const std::filesystem::path& folder) {
    const std::scoped_lock lock(mutex_);
    const auto found = worktrees_.find(folder);
    if (found == worktrees_.end()) return;
    if (!found->second.branch.empty()) branchNamed(found->second.branch).changes.clear();
    worktrees_.erase(found);
}

void FakeForge::answerNextLand(Landed answer) {
    const std::scoped_lock lock(mutex_);
    land_answers_.push(std::move(answer));
}

void FakeForge::beforeEachCall(std::function<void(const std::string&)> hook) {
    const std::scoped_lock lock(mutex_);
    hook_ = std::move(hook);
}

void FakeForge::reportChecks(bool yes) {
    const std::scoped_lock lock(mutex_);
    reports_checks_ = yes;
}

std::vector<std::string> FakeForge::calls() const {
    const std::scoped_lock lock(mutex_);
    return calls_;
}

int FakeForge::countOf(const std::string& call) const {
    const std::scoped_lock lock(mutex_);
    return static_cast<int>(std::count(calls_.begin(), calls_.end(), call));
}

std::string FakeForge::baseTip() const {
    const std::scoped_lock lock(mutex_);
    return base_tip_;
}

std::string FakeForge::headOf(const std::string& branch) const {
    const std::scoped_lock lock(mutex_);
    const auto found = branches_.find(branch);
    return found == branches_.end() ? std::string{} : found->second.head;
}

FakeTree FakeForge::filesOf(const std::string& commit) const {
    const std::scoped_lock lock(mutex_);
    return repo_.at(commit).files;
}

std::string FakeForge::messageOf(const std::string& commit) const {
    const std::scoped_lock lock(mutex_);
    return repo_.at(commit).message;
}

std::vector<std::string> FakeForge::parentsOf(const std::string& commit) const {
    const std::scoped_lock lock(mutex_);
    return repo_.at(commit).parents;
}

bool FakeForge::hasWorktree(const std::filesystem::path& folder) const {
    const std::scoped_lock lock(mutex_);
    return worktrees_.contains(folder);
}

FakeTree FakeForge::filesIn(const std::filesystem::path& folder) const {
    const std::scoped_lock lock(mutex_);
    const auto& worktree = worktrees_.at(folder);
    if (worktree.branch.empty()) return repo_.at(worktree.commit).files;
    const auto& branch = branches_.at(worktree.branch);
    auto files = repo_.at(branch.head).files;
    for (const auto& [path, text] : branch.changes) files[path] = text;
    return files;
}

void FakeForge::called(const std::string& call) {
    std::function<void(const std::string&)> hook;
    {
        const std::scoped_lock lock(mutex_);
        calls_.push_back(call);
        hook = hook_;
    }
    if (hook) hook(call);
}

FakeForge::Branch& FakeForge::branchNamed(const std::string& branch) {
    return branches_.try_emplace(branch, Branch{base_tip_, {}}).first->second;
}

}  // namespace orch::testing

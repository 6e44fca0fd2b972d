#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <queue>
#include <string>
#include <vector>

#include "core/forge.hpp"
#include "support/fake_repo.hpp"

namespace orch::testing {

/// A Forge in memory that behaves as the real ones do (they pass the same contract test): branches
/// hold commits of files, merging is three-way by file, landing is a compare-and-swap of the base.
/// No folder is made on disk. Thread-safe.
class FakeForge final : public Forge {
public:
    /// The base branch begins with one commit that holds "README".
    FakeForge();

    // -- What agents and people do ---------------------------------------------------------------
    /// An agent commits `text` as `path` on `branch` (begun at the base's tip when it is new).
    /// Changes that were written before are committed along. Returns the new head.
    std::string commit(const std::string& branch,
                       const std::string& path = "work.txt",
                       const std::string& text = "work\n");
    /// An agent writes a file into the worktree of `branch` and does not commit it.
    void write(const std::string& branch, const std::string& path, const std::string& text);
    /// An agent breaks the repository of the worktree of `branch`.
    void breakRepository(const std::string& branch);
    /// Somebody else's commit lands on the base. Returns the new tip.
    std::string commitOnBase(const std::string& path, const std::string& text);
    std::string revertOnBase(const std::string& sha);
    /// Somebody takes the base's last commit back, as if it had never been there.
    std::string withdrawFromBase();
    /// Somebody merges `head` into the base by hand.
    std::string mergeByHand(const std::string& head);
    /// The user's checkout of the base gets (or loses) a change of its own: landings are refused.
    void soilCheckout(bool dirty = true);
    /// The worktree in `folder` vanishes, with what was not committed.
    void loseWorktree(const std::filesystem::path& folder);

    // -- Scripts ---------------------------------------------------------------------------------
    /// The next land() does nothing and answers this.
    void answerNextLand(Landed answer);
    /// Called at the beginning of every port call with its name ("land", "fetchBase", …), outside
    /// the lock: may throw RemoteError, block, or change this repository. Empty: nothing.
    void beforeEachCall(std::function<void(const std::string& call)> hook);
    void reportChecks(bool yes);

    // -- What was asked --------------------------------------------------------------------------
    [[nodiscard]] std::vector<std::string> calls() const;
    [[nodiscard]] int countOf(const std::string& call) const;
    [[nodiscard]] std::string baseTip() const;
    [[nodiscard]] std::string headOf(const std::string& branch) const;
    [[nodiscard]] FakeTree filesOf(const std::string& commit) const;
    [[nodiscard]] std::string messageOf(const std::string& commit) const;
    [[nodiscard]] std::vector<std::string> parentsOf(const std::string& commit) const;
    [[nodiscard]] bool hasWorktree(const std::filesystem::path& folder) const;
    /// What the worktree in `folder` shows: its branch's head with uncommitted changes, or the
    /// commit it was opened at.
    [[nodiscard]] FakeTree filesIn(const std::filesystem::path& folder) const;

    // -- Forge -----------------------------------------------------------------------------------
    void prepare() override;
    std::string fetchBase() override;
    std::string openWorktree(const std::filesystem::path& folder,
                             const std::string& branch) override;
    WorkState workState(const std::filesystem::path& folder, const std::string& branch) override;
    MergePreview previewMerge(const std::string& base, const std::string& head) override;
    ChangedPaths changedPaths(const std::string& base, const std::string& head) override;
    /// A file that is changed is shown as removed and added whole.
    Diff diff(const std::string& base,
              const std::string& head,
              const DiffRequest& request) override;
    CommitsText commits(const std::string& base,
                        const std::string& head,
                        std::size_t limit) override;
    std::optional<std::string> fileAt(const std::string& commit,
                                      const std::string& path,
                                      std::size_t limit) override;
    std::string openMerged(const std::filesystem::path& folder,
                           const std::string& base,
                           const std::string& head) override;
    void openCommit(const std::filesystem::path& folder,
                    const std::string& commit,
                    const std::string& branch,
                    OpenFor whom) override;
    void closeWorktree(const std::filesystem::path& folder) override;
    std::vector<std::string> branches() override;
    bool dropLanded(const std::string& task, const std::string& branch) override;
    [[nodiscard]] std::vector<PathRule> sharedPaths() override;
    std::optional<std::string> landedAs(const std::string& task, const std::string& head) override;
    Landed land(const LandRequest& request, const LeaseProof& proof) override;
    bool onBase(const std::string& commit) override;
    [[nodiscard]] bool reportsChecks() const override;

private:
    struct Branch {
        std::string head;
        FakeTree changes;  ///< written, not committed
        bool broken = false;
    };
    struct Worktree {
        std::string branch;  ///< empty when detached
        std::string commit;  ///< when detached
    };
    void called(const std::string& call);
    Branch& branchNamed(const std::string& branch);
    [[nodiscard]] bool isWithdrawn(const std::string& commit) const;
    /// A commit of `head` that somebody took off the base; "" without one.
    [[nodiscard]] std::string withdrawnIn(const std::string& head) const;
    [[nodiscard]] std::optional<Landed> withoutMerging(const LandRequest& request) const;
    [[nodiscard]] static std::string messageFor(const LandRequest& request);

    mutable std::mutex mutex_;
    FakeRepo repo_;
    std::string base_tip_;
    std::vector<std::string> withdrawn_;  ///< former tips of the base
    std::map<std::string, Branch> branches_;
    std::map<std::filesystem::path, Worktree> worktrees_;
    bool checkout_dirty_ = false;
    bool reports_checks_ = false;
    std::queue<Landed> land_answers_;
    std::function<void(const std::string&)> hook_;
    std::vector<std::string> calls_;
};

}  // namespace orch::testing

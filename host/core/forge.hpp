#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/confinement.hpp"
#include "core/lease.hpp"

namespace orch {

/// What a worktree holds, relative to its base.
struct WorkState {
    std::string head;                ///< sha of the task's branch
    int commits_ahead{};             ///< commits on the branch that are not on the base
    std::vector<std::string> dirty;  ///< at most 20 paths: changed, or untracked and not ignored
};

/// What merging `head` into `base` would give; nothing is changed by asking.
struct MergePreview {
    std::string tree;                    ///< the merged tree; empty on conflict
    std::vector<std::string> conflicts;  ///< at most 20 paths
    bool no_change{};                    ///< the merged tree is the base's own
};

struct LandRequest {
    std::string task;  ///< "T-3": goes into the trailer that recognises the merge later
    std::string branch;
    std::string head;           ///< the sha that was judged
    std::string expected_base;  ///< the base's tip that was judged
    std::string title;
};

struct Landed {
    enum class Kind {
        kMerged,         ///< now, by this call
        kAlreadyMerged,  ///< found on the base
        kBaseMoved,      ///< the base is no longer `expected_base`; nothing was done
        kConflict,       ///< nothing was done
        kRefused,        ///< the repository refused the push, `reason` says why (a dirty checkout)
        kReverted,       ///< it was on the base and somebody took it back: a person decides
    };
    Kind kind{};
    std::string sha;  ///< the merge commit, or the base tip that already contains the head
    std::string reason;
};

/// One project's repository. Every call may block on git or the network, so calls for one
/// repository come one at a time from its lane. Throws RemoteError.
class Forge {
public:
    virtual ~Forge() = default;

    /// Checks at start that the repository can be worked with (exists, is a git repository, the
    /// base branch is born, git is new enough). Throws RemoteError with a sentence that says what
    /// to do; makes orchd's bare mirror when there is none.
    virtual void prepare() = 0;

    /// Brings the mirror up to date; the sha of the base branch's tip.
    virtual std::string fetchBase() = 0;

    /// Makes `folder` a worktree of `branch` (begun at the base's tip when it is new), healing what
    /// an interrupted call left behind. Work that is there is kept.
    virtual void openWorktree(const std::filesystem::path& folder, const std::string& branch) = 0;
    virtual WorkState workState(const std::filesystem::path& folder, const std::string& branch) = 0;
    virtual MergePreview previewMerge(const std::string& base, const std::string& head) = 0;
    /// Makes `folder` a clean, detached worktree of the merge of head into base; a former one there
    /// is replaced. Returns the commit. Throws RemoteError (not retryable) on conflict.
    virtual std::string openMerged(const std::filesystem::path& folder,
                                   const std::string& base,
                                   const std::string& head) = 0;
    /// Makes `folder` a clean, detached worktree of `commit`.
    virtual void openCommit(const std::filesystem::path& folder, const std::string& commit) = 0;
    virtual void closeWorktree(const std::filesystem::path& folder) = 0;
    /// The tasks' branches, "orch/T-3", in the mirror.
    virtual std::vector<std::string> branches() = 0;
    /// Deletes the mirror's branch, if landedAs() proves that what it points at is on the base and
    /// no worktree is on it; false otherwise, or without such a branch.
    virtual bool dropLanded(const std::string& task, const std::string& branch) = 0;
    /// What a confined program needs, besides an open worktree itself, for git to work in it; all
    /// of it outside the worktree. `branch`: the one it may commit to; empty: none.
    [[nodiscard]] virtual std::vector<PathRule> pathsFor(const std::filesystem::path& worktree,
                                                         const std::string& branch) = 0;

    /// The commit through which this task's head is on the base, if it is: by ancestry or by the
    /// trailer naming the task and head. Reads the remote, never a cache.
    virtual std::optional<std::string> landedAs(const std::string& task,
                                                const std::string& head) = 0;
    /// One compare-and-swap of the base branch; asks "already merged?" first and after a failure.
    /// Throws LeaseLost when `proof` does not hold any more; then nothing further was done.
    virtual Landed land(const LandRequest& request, const LeaseProof& proof) = 0;
    /// Is `commit` on the base branch right now, and not reverted there?
    virtual bool onBase(const std::string& commit) = 0;
    /// Does this forge report CI results for a commit? Then the gate `ci` may be used.
    [[nodiscard]] virtual bool reportsChecks() const = 0;
};

}  // namespace orch

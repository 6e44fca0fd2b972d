#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/change.hpp"
#include "core/confinement.hpp"
#include "core/lease.hpp"

namespace orch {

/// What a worktree holds, relative to its base.
struct WorkState {
    std::string head;                ///< of the task's branch as orchd took it in: a sha
    int commits_ahead{};             ///< commits that are the task's own: never on the base
    std::vector<std::string> dirty;  ///< at most 20 paths: changed, or untracked and not ignored
    /// Why what the agent left last could not be taken in, a sentence; empty: it was.
    std::string trouble;
    /// A commit in the head's history that somebody took off the base; empty: there is none.
    std::string withdrawn;
    /// Best common ancestors of base and head (git-merge-base(1)). With more than one, what changes
    /// from one of them to the head is not what a merge brings.
    int merge_bases = 1;
    /// At most 20: where the head points at commits of other repositories that nobody else could
    /// get, "vendor/x (3fa9c1e)".
    std::vector<std::string> loose_links;
};

/// Who works in a folder with files of the repository.
enum class OpenFor {
    kAgent,  ///< an agent or a check: it may write there
    kOrchd,  ///< a command with orchd's rights
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
    /// What the merge commit says of the gates that were passed, "Orch-Check" and its value.
    std::vector<std::pair<std::string, std::string>> trailers{};
};

struct Landed {
    enum class Kind {
        kMerged,         ///< now, by this call
        kAlreadyMerged,  ///< found on the base
        kBaseMoved,      ///< the base is no longer `expected_base`; nothing was done
        kConflict,       ///< nothing was done
        kRefused,        ///< the repository refused the push, `reason` says why (a dirty checkout)
        kReverted,       ///< it was on the base and somebody took it back: a person decides
        kWithdrawn,      ///< it would bring back what somebody took off the base
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

    /// Makes `folder` a worktree of `branch` (begun at the base's tip when it is new) with a
    /// repository of its own, healing what an interrupted call left behind. Work that is there is
    /// kept, and taken in as by workState(). Returns the branch's head.
    virtual std::string openWorktree(const std::filesystem::path& folder,
                                     const std::string& branch) = 0;
    /// Takes in what was committed on `branch` in `folder`, and says what there is. Only what was
    /// taken in is judged, merged and shown. A folder that is gone brings nothing new.
    virtual WorkState workState(const std::filesystem::path& folder, const std::string& branch) = 0;
    virtual MergePreview previewMerge(const std::string& base, const std::string& head) = 0;
    /// The paths that merging `head` into `base` may change there: those that differ between the
    /// head and what the two have in common, and between the base and their merge. At most 10,000.
    virtual ChangedPaths changedPaths(const std::string& base, const std::string& head) = 0;
    /// What `head` changes since it left `base`. Nothing in the repository decides how it is shown.
    virtual Diff diff(const std::string& base,
                      const std::string& head,
                      const DiffRequest& request) = 0;
    /// Each commit of `head` that is not in `base`, merges by what they hold that is in no parent;
    /// every file as text. At most `limit` bytes of each text, which is at most 16,000,000.
    virtual CommitsText commits(const std::string& base,
                                const std::string& head,
                                std::size_t limit) = 0;
    /// The content of a file of that commit, at most `limit` bytes of it; nothing without one.
    virtual std::optional<std::string> fileAt(const std::string& commit,
                                              const std::string& path,
                                              std::size_t limit) = 0;
    /// openCommit() of the merge of head into base, for agents. Returns the commit. Throws
    /// RemoteError (not retryable) on conflict.
    virtual std::string openMerged(const std::filesystem::path& folder,
                                   const std::string& base,
                                   const std::string& head) = 0;
    /// Makes `folder` anew with the files of `commit`; nothing is ever taken in from there.
    /// `branch`: the name HEAD is on; empty: none.
    virtual void openCommit(const std::filesystem::path& folder,
                            const std::string& commit,
                            const std::string& branch,
                            OpenFor whom) = 0;
    virtual void closeWorktree(const std::filesystem::path& folder) = 0;
    /// The tasks' branches, "orch/T-3", that were taken in.
    virtual std::vector<std::string> branches() = 0;
    /// Forgets a branch, if landedAs() proves that what it points at is on the base; false
    /// otherwise, or without such a branch.
    virtual bool dropLanded(const std::string& task, const std::string& branch) = 0;
    /// What a confined program needs, besides an open worktree itself, for git to work in it.
    [[nodiscard]] virtual std::vector<PathRule> sharedPaths() = 0;

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

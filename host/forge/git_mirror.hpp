#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/git.hpp"
#include "core/forge.hpp"
#include "forge/lfs_borrowing.hpp"

namespace orch {

/// orchd's own bare copy of one repository, under the state folder. Nobody else writes in it or
/// runs git in it; the objects alone may be read by the project's agents, whose repositories borrow
/// them. Its refs: refs/base, the remote's base branch as of the last look; refs/orch/T-3, a task's
/// branch as it was taken in; refs/withdrawn/<sha>, tips of the base that somebody took back.
/// Calls block on git and throw RemoteError.
class GitMirror {
public:
    /// `remote`: an absolute path.
    GitMirror(std::filesystem::path folder, std::string remote, std::string base);

    /// create() and fetchBase(); of a mirror that is damaged the error says so, and what to do.
    void open(const std::string& object_format, std::optional<gid_t> group);
    /// Makes the bare repository when there is none. `object_format`: "sha1" or "sha256". `group`:
    /// who besides orchd may read the objects.
    void create(const std::string& object_format, std::optional<gid_t> group);
    /// Reads the remote: the sha of the base's tip, all of whose history is here afterwards, and
    /// the tags. Where the base was rewritten, remembers what it lost.
    std::string fetchBase() const;
    /// The remote's tags as of the last fetchBase(), as lines of a packed-refs file.
    [[nodiscard]] std::string packedTags() const;
    /// The base's tip as of the last fetchBase().
    [[nodiscard]] std::string fetchedBase() const;
    /// Tips that the base once had and has no more.
    [[nodiscard]] std::vector<std::string> withdrawn() const;

    /// A task's branch ("orch/T-3") as it was taken in; nothing before it began.
    [[nodiscard]] std::optional<std::string> headOf(const std::string& branch) const;
    /// Moves it from `expected` (empty: there is none) to `head`, or throws.
    void moveHead(const std::string& branch,
                  const std::string& head,
                  const std::string& expected,
                  const std::string& why) const;

    /// How many commits of `head` never were on the base; with `branch` ("orch/T-3"): nor taken in
    /// as any other task's.
    [[nodiscard]] int ownCommits(const std::string& head, const std::string& branch) const;

    /// Their best common ancestors (git-merge-base(1)); none where they have no commit in common.
    [[nodiscard]] std::vector<std::string> mergeBases(const std::string& base,
                                                      const std::string& head) const;

    /// The remote itself.
    [[nodiscard]] Git remoteGit() const;
    /// Does the remote have it?
    [[nodiscard]] bool remoteKnows(const std::string& commit) const;
    /// Is `commit`, by what the remote has, `tip` itself or in its history?
    [[nodiscard]] bool contains(const std::string& tip, const std::string& commit) const;

    [[nodiscard]] const Git& git() const { return git_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const std::string& remote() const { return remote_; }
    [[nodiscard]] const std::string& base() const { return base_; }
    /// Where the remote itself is from: the URL of its own origin, without a user or password in
    /// it, or its path. As of create().
    [[nodiscard]] const std::string& origin() const { return origin_; }
    /// Settings for repositories that borrow from this one: who commits, where nothing says so.
    [[nodiscard]] const std::string& identity() const { return identity_; }
    [[nodiscard]] const LfsBorrowing& lfs() const { return lfs_; }

private:
    void makeWhole(const std::string& object_format) const;
    void makeAside(const std::filesystem::path& aside, const std::string& object_format) const;
    /// What git says against the mirror itself; empty: nothing.
    [[nodiscard]] std::string damage() const;
    void ensureIdentity(const Git& git) const;
    void share(std::optional<gid_t> group) const;
    [[nodiscard]] std::optional<std::string> refAt(const std::string& ref) const;
    [[nodiscard]] std::string fetch() const;
    void noteTags(const std::string& seen) const;
    void moveBase(const std::string& tip) const;

    std::filesystem::path folder_;
    std::string remote_;
    std::string base_;
    std::string origin_;
    std::string identity_;
    LfsBorrowing lfs_;
    Git git_;
};

/// A value as it stands in a file of git's settings.
[[nodiscard]] std::string quotedSetting(const std::string& value);

/// Throws RemoteError unless `text` is a whole object name in hex.
void requireSha(const std::string& text);
[[nodiscard]] bool isSha(const std::string& text);

}  // namespace orch

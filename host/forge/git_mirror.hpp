#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/git.hpp"
#include "core/forge.hpp"

namespace orch {

/// orchd's own bare copy of one repository, under the state folder. Tasks' branches live in it as
/// refs/heads/…, the remote's base branch as refs/remotes/origin/<base>; worktrees hang off it. The
/// remote is named on each command and not configured, so an agent finds no way to push.
/// Calls block on git and throw RemoteError.
class GitMirror {
public:
    /// `remote`: an absolute path.
    GitMirror(std::filesystem::path folder, std::string remote, std::string base);

    /// Makes the bare repository when there is none. `object_format`: "sha1" or "sha256".
    void create(const std::string& object_format);
    /// Reads the remote: the sha of the base's tip, all of whose history is here afterwards.
    std::string fetchBase() const;
    /// The base's tip as of the last fetchBase().
    [[nodiscard]] std::string fetchedBase() const;

    /// The remote itself. Whether something has landed is asked there: agents write into the
    /// mirror's objects, and could make a history up.
    [[nodiscard]] Git remoteGit() const;
    /// Does the remote have it?
    [[nodiscard]] bool remoteKnows(const std::string& commit) const;
    /// Is `commit`, by what the remote has, `tip` itself or in its history?
    [[nodiscard]] bool contains(const std::string& tip, const std::string& commit) const;

    [[nodiscard]] const Git& git() const { return git_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const std::string& remote() const { return remote_; }
    [[nodiscard]] const std::string& base() const { return base_; }

private:
    [[nodiscard]] std::string trackingRef() const { return "refs/remotes/origin/" + base_; }
    void makeAside(const std::filesystem::path& aside, const std::string& object_format) const;
    void ensureIdentity(const Git& git) const;
    [[nodiscard]] GitAnswer fetch() const;

    std::filesystem::path folder_;
    std::string remote_;
    std::string base_;
    Git git_;
};

/// Throws RemoteError unless `text` is a whole object name in hex.
void requireSha(const std::string& text);

}  // namespace orch

#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/git.hpp"
#include "core/confinement.hpp"
#include "forge/lfs_objects.hpp"

namespace orch {

/// How the repositories of tasks see a project's LFS objects: git-lfs looks for each beside every
/// folder of objects that a repository borrows, in <folder>/../lfs/objects. So the mirror has
///   lfs/objects        what was taken in from tasks; with another user for agents also what they
///                      had to be given of the remote's
///   lfs-base/objects   an empty folder, there to be borrowed from
///   lfs-base/lfs       a link to where the remote's git-lfs keeps its objects
/// The remote's repository itself is not borrowed from: nobody may build on commits that are not
/// in the mirror.
class LfsBorrowing {
public:
    explicit LfsBorrowing(std::filesystem::path mirror)
        : mirror_(std::move(mirror)), own_(mirror_ / "lfs/objects"), remotes_({}) {}

    /// Makes the folders and asks the remote, which is `remote` with its common folder
    /// `remote_folder`, for its settings. `group`: who besides orchd may read. Throws RemoteError.
    void prepare(const Git& remote,
                 const std::filesystem::path& remote_folder,
                 std::optional<gid_t> group);

    [[nodiscard]] const LfsObjects& own() const { return own_; }
    [[nodiscard]] const LfsObjects& remotes() const { return remotes_; }
    /// May there be LFS objects? Looks at two folders.
    [[nodiscard]] bool inPlay() const;
    /// May agents be unable to read the remote's?
    [[nodiscard]] bool forOthers() const { return for_others_; }
    /// The remote's folder for LFS objects, made as git-lfs would make it.
    void makeRemotes() const;

    /// Lines of objects/info/alternates.
    [[nodiscard]] std::string alternates() const;
    /// Settings of a repository that borrows: git-lfs as `git lfs install` sets it up, where it is
    /// installed. With "--skip" where the remote's owner wants pointers in place of files.
    [[nodiscard]] const std::string& settings() const { return settings_; }
    /// What agents have to read of a mirror.
    [[nodiscard]] static std::vector<PathRule> readable(const std::filesystem::path& mirror);

private:
    std::filesystem::path mirror_;
    std::filesystem::path remote_folder_;
    LfsObjects own_;
    LfsObjects remotes_;
    bool for_others_ = false;
    std::string settings_;
};

/// A checkout in a borrowing repository failed. Where it is about LFS, the error says where the
/// content was looked for, and how it gets there.
[[noreturn]] void throwCheckoutFailure(const std::string& tried,
                                       const std::string& remote,
                                       const Git::Arguments& arguments,
                                       const GitAnswer& answer);

}  // namespace orch

#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orch {

/// orchd's user and group.
struct Account {
    uid_t user;
    gid_t group;
};
enum class Place {
    kNear,     ///< the file itself or its folder
    kAbove,    ///< a folder further up
    kContents  ///< a folder of which every file counts, those that are made later too
};
/// Who besides root and `own` may change what stands here, as a predicate with its cure ("may be
/// written by everybody (mode 0666); chmod o-w"); nothing when nobody may. A folder with the sticky
/// bit may be everybody's, unless its contents count: what others own cannot be replaced in it. A
/// group other than root's and orchd's does not count above: /usr/local is a group's on many
/// machines.
[[nodiscard]] std::optional<std::string> mayChange(const struct stat& info,
                                                   Place place,
                                                   const Account& own);

/// What is known of a file or folder by the way that leads to it.
struct Trust {
    /// Every symbolic link on the way, absolute, its own folder without links, in the order they
    /// are followed; then where the way ends. Whoever can replace one of them leads elsewhere.
    std::vector<std::filesystem::path> way;
    /// Who besides root and orchd's user could have put something else there, as a sentence with
    /// its cure; nothing when nobody could, or when there is no such file.
    std::optional<std::string> problem;
};
/// Looks at `path` (absolute) and each folder and link that leads to it. Never throws for what is
/// not there or cannot be looked at.
[[nodiscard]] Trust trustOf(const std::filesystem::path& path, Place place = Place::kNear);
[[nodiscard]] Trust trustOf(const std::filesystem::path& path,
                            const Account& own,
                            Place place = Place::kNear);

/// What every user of this machine may change of `path` (absolute), or of the way there, whoever
/// owns it: a sentence with its cure; nothing when that is not so or nothing is there. Never
/// throws.
[[nodiscard]] std::optional<std::string> openToEverybody(const std::filesystem::path& path,
                                                         Place place = Place::kNear);

}  // namespace orch

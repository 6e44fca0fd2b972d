#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orch {

/// What a confined program may do with a file or a folder and all below it.
enum class PathAccess {
    kNone,   ///< neither opened nor listed; that it exists is no secret
    kRead,   ///< read, listed, executed
    kUse,    ///< that, and files written; nothing made, moved or removed
    kWrite,  ///< everything
};

/// The deepest rule above a path decides. Paths are absolute; a rule through a symbolic link
/// allows nothing.
struct PathRule {
    std::filesystem::path path;
    PathAccess access{};
    bool operator==(const PathRule&) const = default;
};

/// A user as the kernel knows it.
struct UserIds {
    std::string name;  ///< for people
    uid_t user{};
    gid_t group{};
    std::vector<gid_t> groups;  ///< the others
    bool operator==(const UserIds&) const = default;
};

/// What the operator wants for an agent, or for checks.
enum class Confine {
    kAuto,      ///< as far as the kernel can
    kRequired,  ///< or not at all
    kOff,
};

/// How one attempt is kept away from what is not its own.
struct Confinement {
    bool required = false;  ///< a kernel without Landlock fails the start
    /// None: it is another user at most, and not isolated. What no rule is above may be written.
    std::vector<PathRule> paths;
    std::optional<UserIds> user;  ///< nothing: orchd's own
    bool operator==(const Confinement&) const = default;

    /// Is it kept from files, from processes outside and from what the kernel has for others?
    [[nodiscard]] bool isolated() const { return !paths.empty(); }
};

}  // namespace orch

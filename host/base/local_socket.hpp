#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/files.hpp"

namespace orch {

/// orchd's Unix stream socket in its state folder.
inline constexpr const char* kSocketName = "orchd.sock";

/// A folder held open, so that nobody can put another in its place between two looks, and through
/// which sockets of any path's length are reached (sun_path holds 107 bytes). Needs /proc.
class SocketFolder {
public:
    /// Throws Error when `path` is no folder or cannot be opened.
    explicit SocketFolder(const std::filesystem::path& path);

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Who owns the folder itself.
    [[nodiscard]] uid_t owner() const;

    /// Binds `socket` (AF_UNIX) to a new name, mode 0600 from its first moment on, whatever the
    /// umask. Throws Error.
    void bind(int socket, const std::string& name) const;
    /// A connected socket, close-on-exec; an empty one with errno set when nobody answers there.
    [[nodiscard]] UniqueFd connect(const std::string& name) const;

private:
    std::filesystem::path path_;
    UniqueFd fd_;
};

/// A new Unix stream socket, close-on-exec. Throws Error.
[[nodiscard]] UniqueFd newLocalSocket();

/// The user of the process at the other end when it connected or listened (SO_PEERCRED).
/// Throws Error.
[[nodiscard]] uid_t peerUser(int socket);

/// "alice", or "user 1234" for one without a name.
[[nodiscard]] std::string userName(uid_t user);

}  // namespace orch

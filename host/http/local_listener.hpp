#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/files.hpp"
#include "base/local_socket.hpp"

namespace orch {

/// Holds <state_dir>/orchd.sock, from the constructor to the destructor, for orchctl on this
/// machine. One process at a time has it: the lock <state_dir>/orchd.sock.lock decides, so a socket
/// that is there under the lock is a dead one's and is replaced.
class LocalListener {
public:
    /// Throws Error with a sentence: another orchd has the folder, something that is no socket of
    /// ours has the name.
    explicit LocalListener(const std::filesystem::path& state_dir);
    /// Takes the name away, unless another file has it by now.
    ~LocalListener();
    LocalListener(const LocalListener&) = delete;
    LocalListener& operator=(const LocalListener&) = delete;

    /// From now on clients can connect; before, they are refused. Returns the socket:
    /// close-on-exec, never blocks. Throws Error.
    [[nodiscard]] int listen() const;

private:
    void removeDead() const;

    SocketFolder folder_;
    UniqueFd lock_, socket_;
    ino_t file_ = 0;
};

/// May the process at the other end of a Unix socket speak to orchd at all: is it the same user's,
/// or root's? The file's mode says the same; this does not depend on it.
[[nodiscard]] bool mayConnect(int socket);

}  // namespace orch

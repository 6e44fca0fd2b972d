#include "base/local_socket.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.hpp"

namespace orch {

namespace {

constexpr mode_t kPrivate = 0600;

[[noreturn]] void fail(const std::string& what) {
    throw Error("cannot " + what + ": " + std::generic_category().message(errno));
}

/// unix(7). Only the names of this program come here, so that the address always fits.
sockaddr_un addressOf(int folder, const std::string& name) {
    const auto path = "/proc/self/fd/" + std::to_string(folder) + "/" + name;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw Error("the name " + name + " is too long");
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
}

/// The socket API's own way of telling addresses apart.
const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
}

}  // namespace

SocketFolder::SocketFolder(const std::filesystem::path& path)
    : path_(path), fd_(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    if (!fd_) fail("open the folder " + path.string());
}

uid_t SocketFolder::owner() const {
    struct stat info {};
    if (fstat(fd(), &info) != 0) fail("look at the folder " + path_.string());
    return info.st_uid;
}

void SocketFolder::bind(int socket, const std::string& name) const {
    // The kernel makes the file with the socket's own mode, less the umask: never with more.
    if (fchmod(socket, kPrivate) != 0) fail("set the mode of a socket");
    const auto address = addressOf(fd(), name);
    const auto place = (path_ / name).string();
    if (::bind(socket, generic(address), sizeof address) != 0) fail("make the socket " + place);
    if (fchmodat(fd(), name.c_str(), kPrivate, 0) != 0) fail("set the mode of " + place);
}

UniqueFd SocketFolder::connect(const std::string& name) const {
    auto socket = newLocalSocket();
    const auto address = addressOf(fd(), name);
    if (::connect(socket.get(), generic(address), sizeof address) == 0) return socket;
    const int error = errno;
    socket.reset();
    errno = error;
    return {};
}

UniqueFd newLocalSocket() {
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) fail("make a socket");
    return socket;
}

uid_t peerUser(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        fail("tell who is at the other end of a socket");
    }
    return peer.uid;
}

std::string userName(uid_t user) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 16'384> room{};
    const int error = getpwuid_r(user, &entry, room.data(), room.size(), &found);
    return error == 0 && found != nullptr ? found->pw_name : "user " + std::to_string(user);
}

}  // namespace orch

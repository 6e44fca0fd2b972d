#include "http/local_listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "base/error.hpp"

namespace orch {
namespace {

constexpr int kBacklog = 128;

UniqueFd lockOf(const std::filesystem::path& state_dir) {
    auto lock = tryLock(state_dir / (std::string(kSocketName) + ".lock"));
    if (lock) return std::move(*lock);
    throw Error("another orchd serves the state folder " + state_dir.string() +
                " (it holds orchd.sock.lock): stop it, or give this one a state_dir of its own");
}

/// Nothing when nobody has the name.
std::optional<struct stat> lookAt(const SocketFolder& folder) {
    struct stat info {};
    if (fstatat(folder.fd(), kSocketName, &info, AT_SYMLINK_NOFOLLOW) == 0) return info;
    if (errno == ENOENT) return std::nullopt;
    throw Error("cannot look at " + (folder.path() / kSocketName).string() + ": " +
                std::generic_category().message(errno));
}

}  // namespace

LocalListener::LocalListener(const std::filesystem::path& state_dir)
    : folder_(state_dir), lock_(lockOf(state_dir)), socket_(newLocalSocket()) {
    removeDead();
    folder_.bind(socket_.get(), kSocketName);
    if (const auto made = lookAt(folder_)) file_ = made->st_ino;
}

int LocalListener::listen() const {
    const bool listens =
        fcntl(socket_.get(), F_SETFL, O_NONBLOCK) == 0 && ::listen(socket_.get(), kBacklog) == 0;
    if (listens) return socket_.get();
    throw Error("cannot listen on " + (folder_.path() / kSocketName).string() + ": " +
                std::generic_category().message(errno));
}

LocalListener::~LocalListener() {
    try {
        const auto there = lookAt(folder_);
        if (there && there->st_ino == file_) unlinkat(folder_.fd(), kSocketName, 0);
    } catch (const Error&) {  // a socket that stays is replaced by the next start
    }
}

void LocalListener::removeDead() const {
    const auto there = lookAt(folder_);
    if (!there) return;
    const auto name = (folder_.path() / kSocketName).string();
    const bool ours = S_ISSOCK(there->st_mode) && there->st_uid == geteuid();
    if (!ours) {
        throw Error(name + " is " +
                    (S_ISSOCK(there->st_mode) ? userName(there->st_uid) + "'s socket"
                                              : "something else than orchd's socket") +
                    ": look where it comes from, and remove it");
    }
    if (unlinkat(folder_.fd(), kSocketName, 0) == 0) return;
    throw Error("cannot remove the dead socket " + name + ": " +
                std::generic_category().message(errno));
}

bool mayConnect(int socket) {
    const auto user = peerUser(socket);
    return user == geteuid() || user == 0;
}

}  // namespace orch

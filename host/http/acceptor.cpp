#include "http/acceptor.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <string>
#include <system_error>

namespace orch {
namespace {

/// Out of descriptors or memory: the connection stays in the backlog, so without a pause the next
/// poll would return at once and for ever.
constexpr int kPauseMs = 100;

bool isShortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(int listening_socket, int stop_fd, std::function<void(UniqueFd)> accepted)
    : listening_socket_(listening_socket), stop_fd_(stop_fd), accepted_(std::move(accepted)) {
    thread_ = std::jthread([this] { run(); });
}

void Acceptor::run() {
    while (waitForClient()) acceptOne();
}

bool Acceptor::waitForClient() const {
    std::array<pollfd, 2> watched{{{listening_socket_, POLLIN, 0}, {stop_fd_, POLLIN, 0}}};
    while (poll(watched.data(), watched.size(), -1) < 0) {
        if (errno == EINTR) continue;
        std::cerr << "orchd: no longer accepts connections: poll: " +
                         std::generic_category().message(errno) + "\n";
        return false;
    }
    return watched[1].revents == 0;
}

void Acceptor::acceptOne() {
    UniqueFd client(accept4(listening_socket_, nullptr, nullptr, SOCK_CLOEXEC));
    if (client) {
        const int yes = 1;
        setsockopt(client.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        accepted_(std::move(client));
    } else if (isShortage(errno)) {
        pollfd stop{stop_fd_, POLLIN, 0};
        poll(&stop, 1, kPauseMs);
    }
    // Everything else is about a client that has already left (accept(2), "Error handling").
}

}  // namespace orch

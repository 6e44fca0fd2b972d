#include "http/paced_socket.hpp"

#include <Poco/Net/NetException.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace orch {

using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds kLinger{1};
constexpr int kMostDrained = 1024;  ///< pieces of 16 KB that linger() throws away

bool wouldWait() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

PacedSocket::PacedSocket(int fd, const Pace& pace, int stop_fd)
    : StreamSocketImpl(fd), pace_(pace), stop_fd_(stop_fd) {
    beginRequest();
    beginWrite();
}

void PacedSocket::beginRequest() {
    read_until_ = steady_clock::now() + pace_.read;
    budget_ = pace_.header;
    trouble_ = Trouble::kNone;
}

void PacedSocket::beginWrite() {
    write_until_ = steady_clock::now() + pace_.write;
}

void PacedSocket::giveUp(Trouble trouble) {
    trouble_ = trouble;
    throw Poco::TimeoutException("the connection is given up");
}

/// Looks at least once: what came in time is read, however late this connection got its thread.
PacedSocket::Woken PacedSocket::waitFor(short events, Moment until) const {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_clock::now());
        const auto span = static_cast<int>(std::max<std::int64_t>(0, left.count()));
        std::array<pollfd, 2> watched{{{sockfd(), events, 0}, {stop_fd_, POLLIN, 0}}};
        const int count = ::poll(watched.data(), watched.size(), span);
        if (count < 0 && errno != EINTR) error();
        if (count == 0) return Woken::kTimeout;
        if (count > 0) return watched[0].revents != 0 ? Woken::kReady : Woken::kStop;
    }
}

int PacedSocket::receiveBytes(void* buffer, int length, int flags) {
    if (budget_ == 0) giveUp(Trouble::kTooLarge);
    const auto most = std::min(static_cast<std::size_t>(length), budget_);
    while (true) {
        const auto size = recv(sockfd(), buffer, most, flags | MSG_DONTWAIT);
        if (size >= 0) {
            budget_ -= static_cast<std::size_t>(size);
            return static_cast<int>(size);
        }
        if (errno == EINTR) continue;
        if (!wouldWait()) error();
        const auto woken = waitFor(POLLIN, read_until_);
        if (woken == Woken::kTimeout) giveUp(Trouble::kTooSlow);
        if (woken == Woken::kStop) giveUp(Trouble::kStopped);
    }
}

int PacedSocket::sendBytes(const void* buffer, int length, int flags) {
    const auto* bytes = static_cast<const char*>(buffer);
    int sent = 0;
    if (abandoned_) giveUp(Trouble::kStopped);
    while (sent < length) {
        const auto size = send(sockfd(),
                               bytes + sent,
                               static_cast<std::size_t>(length - sent),
                               flags | MSG_DONTWAIT | MSG_NOSIGNAL);
        if (size >= 0) {
            sent += static_cast<int>(size);
            continue;
        }
        if (errno == EINTR) continue;
        if (!wouldWait()) error();
        // A stopping server finishes only the replies that somebody takes at once.
        if (waitFor(POLLOUT, write_until_) != Woken::kReady) giveUp(Trouble::kTooSlow);
    }
    return sent;
}

bool PacedSocket::poll(const Poco::Timespan& timeout, int /*mode*/) {
    const auto span = std::chrono::microseconds(timeout.totalMicroseconds());
    const auto until = std::min(steady_clock::now() + span, read_until_);
    return waitFor(POLLIN, until) == Woken::kReady;
}

void PacedSocket::linger() {
    if (::shutdown(sockfd(), SHUT_WR) != 0) return;  // the client is gone already
    const auto until = steady_clock::now() + kLinger;
    std::array<char, 16'384> waste{};
    for (int i = 0; i < kMostDrained; ++i) {
        if (waitFor(POLLIN, until) != Woken::kReady) return;
        if (recv(sockfd(), waste.data(), waste.size(), MSG_DONTWAIT) <= 0) return;
    }
}

}  // namespace orch

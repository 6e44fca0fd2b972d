#include "http/reply_stream.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <ostream>

#include "http/paced_socket.hpp"

namespace orch {

void ReplyStream::write(std::string_view bytes) {
    send(masked_.take(bytes));
}

void ReplyStream::finish() {
    send(masked_.finish());
}

void ReplyStream::send(std::string_view bytes) {
    if (bytes.empty()) return;
    socket_.beginWrite();
    out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out_.flush();
    if (!out_) throw ClientLeft{};
}

bool ReplyStream::wait(int fd, std::chrono::milliseconds span) {
    // poll() leaves a negative descriptor out. The socket is watched for its end only: a client
    // that sends on gets no answer before this one is complete.
    std::array<pollfd, 3> watched{
        {{stop_fd_, POLLIN, 0}, {socket_.sockfd(), POLLRDHUP, 0}, {fd, POLLIN, 0}}};
    const int count = poll(watched.data(), watched.size(), static_cast<int>(span.count()));
    if (count < 0) return errno == EINTR;
    return watched[0].revents == 0 && watched[1].revents == 0;
}

}  // namespace orch

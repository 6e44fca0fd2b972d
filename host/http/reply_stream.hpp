#pragma once

#include <chrono>
#include <iosfwd>
#include <string_view>

namespace orch {

class PacedSocket;

/// A reply that is sent piece by piece while its handler runs. One thread.
class ReplyStream {
public:
    /// `out` writes to `socket`; `stop_fd` becomes readable when the server stops.
    ReplyStream(std::ostream& out, PacedSocket& socket, int stop_fd)
        : out_(out), socket_(socket), stop_fd_(stop_fd) {}

    /// Sends at once. Throws ClientLeft when the client is gone or takes nothing for too long.
    void write(std::string_view bytes);

    /// Sleeps until `fd` (-1: none) is readable or `span` has passed. False when the client has
    /// left or the server stops: then nothing more needs to be sent.
    [[nodiscard]] bool wait(int fd, std::chrono::milliseconds span);

    struct ClientLeft {};

private:
    std::ostream& out_;
    PacedSocket& socket_;
    int stop_fd_;
};

}  // namespace orch

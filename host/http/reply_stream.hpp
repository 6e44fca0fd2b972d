#pragma once

#include <chrono>
#include <iosfwd>
#include <string_view>

#include "base/mask.hpp"

namespace orch {

class PacedSocket;

/// A reply that is sent piece by piece while its handler runs. One thread.
class ReplyStream {
public:
    /// `out` writes to `socket`; `stop_fd` becomes readable when the server stops.
    ReplyStream(std::ostream& out, PacedSocket& socket, int stop_fd, const Mask& mask)
        : out_(out), socket_(socket), stop_fd_(stop_fd), masked_(mask) {}

    /// Sends at once, with the secrets hidden, all but what may be the beginning of one. Throws
    /// ClientLeft when the client is gone or takes nothing for too long.
    void write(std::string_view bytes);
    /// Sends what was kept back.
    void finish();

    /// Sleeps until `fd` (-1: none) is readable or `span` has passed. False when the client has
    /// left or the server stops: then nothing more needs to be sent.
    [[nodiscard]] bool wait(int fd, std::chrono::milliseconds span);

    struct ClientLeft {};

private:
    void send(std::string_view bytes);

    std::ostream& out_;
    PacedSocket& socket_;
    int stop_fd_;
    Mask::Stream masked_;
};

}  // namespace orch

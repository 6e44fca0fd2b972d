#pragma once

#include <functional>
#include <thread>

#include "base/files.hpp"

namespace orch {

/// Accepts connections on a thread of its own, which sleeps without any timer while nobody
/// connects (Poco's own TCPServer wakes four times a second).
class Acceptor {
public:
    /// Calls `accepted` with each new socket (close-on-exec, no delay), on the acceptor's thread;
    /// must not throw. Ends when `stop_fd` is readable.
    Acceptor(int listening_socket, int stop_fd, std::function<void(UniqueFd)> accepted);
    /// Returns once the thread has ended.
    void join() { thread_.join(); }

private:
    void run();
    [[nodiscard]] bool waitForClient() const;
    void acceptOne();

    int listening_socket_, stop_fd_;
    std::function<void(UniqueFd)> accepted_;
    std::jthread thread_;
};

}  // namespace orch

#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/files.hpp"

namespace orch::testing {

/// A server of one's own on the loopback interface: accepts, and lets `serve` do with each
/// connection what it likes; the connection is closed when it returns.
class Loopback {
public:
    using Serve = std::function<void(int connection, const std::stop_token& stop)>;

    explicit Loopback(Serve serve, int family = AF_INET)
        : family_(family), listener_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        bindAnyPort();
        if (listen(listener_.get(), 16) != 0) throw std::runtime_error("cannot listen");
        thread_ = std::jthread([this, serve = std::move(serve)](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                pollfd wanted{listener_.get(), POLLIN, 0};
                if (poll(&wanted, 1, 20) <= 0) continue;
                const UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
                if (connection) serve(connection.get(), stop);
            }
        });
    }
    /// Nobody accepts, and the queue of those that wait is full: a connect gets no answer.
    struct Full {};
    explicit Loopback(Full /*tag*/)
        : family_(AF_INET), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        bindAnyPort();
        if (listen(listener_.get(), 0) != 0) throw std::runtime_error("cannot listen");
        for (int i = 0; i < 4; ++i) {
            waiting_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            const auto to = address();
            (void)connect(waiting_.back().get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
        }
    }

    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& scheme = "http") const {
        const std::string host = family_ == AF_INET6 ? "[::1]" : "127.0.0.1";
        return scheme + "://" + host + ":" + std::to_string(port_) + "/health?token=secret";
    }

    /// Until the request's head has come, or the client has gone.
    static std::string readHead(int connection) {
        std::string head;
        char byte{};
        while (!head.ends_with("\r\n\r\n") && read(connection, &byte, 1) == 1) head += byte;
        return head;
    }
    static bool send(int connection, std::string_view text) {
        while (!text.empty()) {
            const auto sent = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// Reads the request and answers this.
    static Serve answering(std::string answer) {
        return [answer = std::move(answer)](int connection, const std::stop_token&) {
            readHead(connection);
            send(connection, answer);
        };
    }

private:
    [[nodiscard]] sockaddr_in address() const {
        return {.sin_family = AF_INET,
                .sin_port = htons(static_cast<std::uint16_t>(port_)),
                .sin_addr = {htonl(INADDR_LOOPBACK)},
                .sin_zero = {}};
    }
    void bindAnyPort() {
        sockaddr_storage any{};
        socklen_t size = sizeof(sockaddr_in);
        if (family_ == AF_INET6) {
            auto& six = reinterpret_cast<sockaddr_in6&>(any);
            six.sin6_addr = in6addr_loopback;
            size = sizeof six;
        } else {
            reinterpret_cast<sockaddr_in&>(any).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        }
        any.ss_family = static_cast<sa_family_t>(family_);
        auto* raw = reinterpret_cast<sockaddr*>(&any);
        if (bind(listener_.get(), raw, size) != 0) throw std::runtime_error("cannot bind");
        getsockname(listener_.get(), raw, &size);
        port_ = ntohs(reinterpret_cast<sockaddr_in&>(any).sin_port);  // the same place in both
    }

    int family_;
    UniqueFd listener_;
    int port_ = 0;
    std::vector<UniqueFd> waiting_;
    std::jthread thread_;
};

}  // namespace orch::testing

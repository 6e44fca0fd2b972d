#include "http/listening_socket.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/error.hpp"

namespace orch {
namespace {

constexpr int kBacklog = 512;
using Address = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

std::string placeOf(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// Never asks a name server: what orchd listens on must not depend on one.
Address resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    addrinfo* found = nullptr;
    const std::string address = host == "localhost" ? "127.0.0.1" : host;
    if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
        throw Error("cannot listen on " + placeOf(host, port) +
                    ": server.listen takes an IP address or localhost, and a port");
    }
    return {found, freeaddrinfo};
}

std::string adviceFor(int error) {
    switch (error) {
        case EADDRINUSE:
            return "; another program (another orchd?) has this port: stop it, or set "
                   "server.listen to another port";
        case EACCES:
            return "; ports below 1024 need a privilege: set server.listen to a port from 1024";
        case EADDRNOTAVAIL:
            return "; this machine has no such address: set server.listen to one it has";
        default:
            return "";
    }
}

[[noreturn]] void fail(const std::string& host, std::uint16_t port) {
    const int error = errno;
    throw Error("cannot listen on " + placeOf(host, port) + ": " +
                std::generic_category().message(error) + adviceFor(error));
}

}  // namespace

UniqueFd bindTo(const std::string& host, std::uint16_t port) {
    const Address address = resolve(host, port);
    UniqueFd fd(socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) fail(host, port);
    const int yes = 1;
    setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd.get(), address->ai_addr, address->ai_addrlen) != 0) fail(host, port);
    return fd;
}

UniqueFd listenOn(const std::string& host, std::uint16_t port) {
    auto fd = bindTo(host, port);
    if (listen(fd.get(), kBacklog) != 0) fail(host, port);
    return fd;
}

namespace {

struct Bound {
    std::string address;
    std::uint16_t port = 0;
};

Bound boundOf(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    // The socket API's own way of telling addresses apart.
    auto* any = reinterpret_cast<sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    if (getsockname(socket, any, &size) != 0) {
        throw Error("cannot tell the address of a socket: " +
                    std::generic_category().message(errno));
    }
    if (const int error = getnameinfo(any,
                                      size,
                                      host.data(),
                                      host.size(),
                                      port.data(),
                                      port.size(),
                                      NI_NUMERICHOST | NI_NUMERICSERV);
        error != 0) {
        throw Error(std::string{"cannot tell the address of a socket: "} + gai_strerror(error));
    }
    return {host.data(), static_cast<std::uint16_t>(std::stoul(port.data()))};
}

}  // namespace

std::uint16_t portOf(int socket) {
    return boundOf(socket).port;
}

std::string urlOf(int socket) {
    const auto bound = boundOf(socket);
    return "http://" + placeOf(bound.address, bound.port);
}

}  // namespace orch

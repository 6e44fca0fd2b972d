#include "http/listener.hpp"

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "http/local_listener.hpp"

namespace orch {
namespace {

using Poco::Net::HTTPServerParams;
using Poco::Net::TCPServerDispatcher;

/// Address space only: a thread's stack takes the memory that its deepest call touched.
constexpr int kStackBytes = 512 * 1024;
constexpr int kPoolIdleSeconds = 10;
constexpr int kStopPauseMs = 2;

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";
constexpr std::string_view kStranger =
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

class Factory final : public Poco::Net::TCPServerConnectionFactory {
public:
    explicit Factory(Service& service) : service_(service) {}
    Poco::Net::TCPServerConnection* createConnection(
        const Poco::Net::StreamSocket& socket) override {
        return new HttpConnection(socket, service_);
    }

private:
    Service& service_;
};

Poco::Timespan span(std::chrono::milliseconds ms) {
    return Poco::Timespan(ms.count() * 1000);
}

UniqueFd makeStopEvent() {
    UniqueFd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (event) return event;
    throw Error("cannot make an eventfd: " + std::generic_category().message(errno));
}

HTTPServerParams::Ptr paramsOf(const HttpLimits& limits) {
    HTTPServerParams::Ptr params(new HTTPServerParams);
    params->setMaxThreads(limits.threads + limits.streams);
    params->setMaxQueued(limits.queued);
    params->setKeepAlive(true);
    params->setKeepAliveTimeout(span(limits.keep_alive));
    params->setTimeout(span(limits.read));
    // The last idle thread waits for the next connection; waking it to look at the time is for
    // nothing.
    params->setThreadIdleTime(Poco::Timespan(Poco::Timespan::DAYS));
    return params;
}

bool isLocal(int socket) {
    int domain = 0;
    socklen_t size = sizeof domain;
    return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

bool isStranger(int client) {
    try {
        return isLocal(client) && !mayConnect(client);
    } catch (const Error&) {
        return true;
    }
}

void answer(int client, std::string_view text) {
    send(client, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

Listener::Listener(int socket, const Api& api, const Front::Rules& rules, const HttpLimits& limits)
    : limits_(limits),
      stop_(makeStopEvent()),
      service_{Front(api, rules),
               paramsOf(limits),
               std::counting_semaphore<>(limits.streams),
               stop_.get(),
               api.mask},
      pool_(1, limits.threads + limits.streams + 1, kPoolIdleSeconds, kStackBytes),
      dispatcher_(new TCPServerDispatcher(new Factory(service_), pool_, service_.params)),
      acceptor_(socket, stop_.get(), [this](UniqueFd client) { serve(std::move(client)); }) {}

bool Listener::turnedAway(int client) const {
    if (isStranger(client)) {
        answer(client, kStranger);
        return true;
    }
    if (dispatcher_->queuedConnections() < limits_.queued) return false;
    answer(client, kFull);
    return true;
}

void Listener::serve(UniqueFd client) {
    if (turnedAway(client.get())) return;
    const PacedSocket::Pace pace{limits_.read, limits_.write, limits_.header};
    dispatcher_->enqueue(
        Poco::Net::StreamSocket(new PacedSocket(client.release(), pace, service_.stop_fd)));
}

Listener::~Listener() {
    eventfd_write(stop_.get(), 1);
    acceptor_.join();
    // Poco's stop() wakes the threads that wait for a connection; one that is just about to wait
    // sleeps on (measured with 1.11). So they are told again until all have left.
    do {
        dispatcher_->stop();
    } while (dispatcher_->currentThreads() > 0 && poll(nullptr, 0, kStopPauseMs) == 0);
    pool_.joinAll();
}

}  // namespace orch

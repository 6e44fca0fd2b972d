#include "http/server.hpp"

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerDispatcher.h>
#include <Poco/ThreadPool.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "http/acceptor.hpp"
#include "http/connection.hpp"
#include "http/listening_socket.hpp"
#include "http/visitor.hpp"

namespace orch {
namespace {

using Poco::Net::HTTPServerParams;
using Poco::Net::TCPServerDispatcher;

/// Address space only: a thread's stack takes the memory that its deepest call touched.
constexpr int kStackBytes = 512 * 1024;
constexpr int kPoolIdleSeconds = 10;
constexpr int kStopPauseMs = 2;

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

UniqueFd makeStopEvent() {
    UniqueFd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (event) return event;
    throw Error("cannot make an eventfd: " + std::generic_category().message(errno));
}

const HttpOptions& checked(const HttpOptions& options) {
    if (!options.token.empty() || isLoopback(options.host)) return options;
    throw Error(
        "refusing to listen on " + options.host +
        " without a token: anybody there could give orders; set one or listen on 127.0.0.1");
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpOptions& options, Api served)
        : limits(options.limits),
          api(std::move(served)),
          stop(makeStopEvent()),
          listening(listenOn(options.host, options.port)),
          service{Front(api, {options.host, options.token, {limits.uri, limits.body}}),
                  paramsOf(limits),
                  std::counting_semaphore<>(limits.streams),
                  stop.get(),
                  api.mask},
          pool(1, limits.threads + limits.streams + 1, kPoolIdleSeconds, kStackBytes),
          dispatcher(new TCPServerDispatcher(new Factory(service), pool, service.params)),
          acceptor(
              listening.get(), stop.get(), [this](UniqueFd client) { serve(std::move(client)); }) {}

    void serve(UniqueFd client);

    HttpLimits limits;
    Api api;
    UniqueFd stop, listening;
    Service service;
    Poco::ThreadPool pool;
    Poco::AutoPtr<TCPServerDispatcher> dispatcher;
    Acceptor acceptor;
};

void HttpServer::Impl::serve(UniqueFd client) {
    if (dispatcher->queuedConnections() >= limits.queued) {
        constexpr std::string_view kFull =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\n"
            "Connection: close\r\n\r\n";
        send(client.get(), kFull.data(), kFull.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        return;
    }
    const PacedSocket::Pace pace{limits.read, limits.write, limits.header};
    dispatcher->enqueue(
        Poco::Net::StreamSocket(new PacedSocket(client.release(), pace, service.stop_fd)));
}

HttpServer::HttpServer(const HttpOptions& options, Api api)
    : impl_(std::make_unique<Impl>(checked(options), std::move(api))) {}

HttpServer::~HttpServer() {
    eventfd_write(impl_->stop.get(), 1);
    impl_->acceptor.join();
    // Poco's stop() wakes the threads that wait for a connection; one that is just about to wait
    // sleeps on (measured with 1.11). So they are told again until all have left.
    do {
        impl_->dispatcher->stop();
    } while (impl_->dispatcher->currentThreads() > 0 && poll(nullptr, 0, kStopPauseMs) == 0);
    impl_->pool.joinAll();
}

std::uint16_t HttpServer::port() const {
    return portOf(impl_->listening.get());
}

}  // namespace orch

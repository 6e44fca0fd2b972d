#include "http/server.hpp"

#include <memory>
#include <optional>

#include "base/error.hpp"
#include "http/listener.hpp"
#include "http/listening_socket.hpp"
#include "http/local_listener.hpp"
#include "http/visitor.hpp"

namespace orch {
namespace {

const HttpOptions& checked(const HttpOptions& options) {
    if (!options.token.empty() || isLoopback(options.host)) return options;
    throw Error(
        "refusing to listen on " + options.host +
        " without a token: anybody there could give orders; set one or listen on 127.0.0.1");
}

Front::Rules rulesFor(const HttpOptions& options) {
    return {.listen_host = options.host,
            .token = options.token,
            .read_token = options.read_token,
            .read_open = options.read_open && isLoopback(options.host),
            .at_once = options.limits.at_once,
            .limits = {options.limits.uri, options.limits.body}};
}

/// The file's mode keeps other users out, but agents may be the same user: nothing is open here.
Front::Rules rulesForSocket(const HttpOptions& options) {
    auto rules = rulesFor(options);
    rules.listen_host = "localhost";
    rules.read_open = false;
    rules.at_once = options.socket_limits.at_once;
    return rules;
}

}  // namespace

struct HttpServer::Impl {
    Impl(const HttpOptions& options, Api served)
        : api(std::move(served)), listening(listenOn(options.host, options.port)) {
        for_tcp.emplace(listening.get(), api, rulesFor(options), options.limits);
        if (options.local == nullptr) return;
        for_local.emplace(
            options.local->listen(), api, rulesForSocket(options), options.socket_limits);
    }

    Api api;
    UniqueFd listening;
    std::optional<Listener> for_tcp, for_local;
};

HttpServer::HttpServer(const HttpOptions& options, Api api)
    : impl_(std::make_unique<Impl>(checked(options), std::move(api))) {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
    return portOf(impl_->listening.get());
}

}  // namespace orch

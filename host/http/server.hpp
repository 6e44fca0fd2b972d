#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "http/api.hpp"

namespace orch {

class LocalListener;

/// Bounds that keep any client from taking the server away from the others.
struct HttpLimits {
    int threads = 256;  ///< connections served at once, beside streams
    int queued = 256;   ///< connections that wait for a thread; more are turned away
    int streams = 32;   ///< logs that are read at once
    std::chrono::milliseconds keep_alive{1500};  ///< how long a used connection may stay idle
    std::chrono::milliseconds read{3000};        ///< for a whole request
    std::chrono::milliseconds write{5000};       ///< for a whole reply, or a piece of a stream
    int at_once = 64;                            ///< handlers that run at a time
    std::size_t header = 32'768, uri = 4096, body = 1'000'000;
};

struct HttpOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0: any free one
    std::string token;       ///< from ensureToken(); opens everything
    std::string read_token;  ///< opens what only reads; empty: nothing does but `token`
    bool read_open = false;  ///< on a loopback address reading needs no token
    HttpLimits limits;
    LocalListener* local = nullptr;  ///< the socket that is served too, if any; outlives the server
    HttpLimits socket_limits{.threads = 32, .queued = 64, .streams = 16, .at_once = 16};
};

/// Serves the API (docs/api.md) from its constructor to its destructor. What waits for a client
/// ends at once then; a handler that is at work is waited for (the store's and operator's own
/// bound, about 10 s), its reply gets no more time than it needs without waiting.
///
/// For each of the two sockets one thread accepts and sleeps until somebody connects; connections
/// are served by threads that start when they are needed.
class HttpServer {
public:
    /// Throws Error when it cannot listen there, and for a host beyond loopback without a token.
    HttpServer(const HttpOptions& options, Api api);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::uint16_t port() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orch

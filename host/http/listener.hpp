#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Net/TCPServerDispatcher.h>
#include <Poco/ThreadPool.h>

#include "http/acceptor.hpp"
#include "http/connection.hpp"
#include "http/server.hpp"

namespace orch {

/// Everything that serves the clients of one listening socket: connections, threads, streams and
/// places of its own, so that whoever fills one listener takes nothing from another.
class Listener {
public:
    /// Serves `socket`, which outlives this, at once.
    Listener(int socket, const Api& api, const Front::Rules& rules, const HttpLimits& limits);
    /// Returns once no client is served any more.
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

private:
    void serve(UniqueFd client);
    [[nodiscard]] bool turnedAway(int client) const;

    HttpLimits limits_;
    UniqueFd stop_;
    Service service_;
    Poco::ThreadPool pool_;
    Poco::AutoPtr<Poco::Net::TCPServerDispatcher> dispatcher_;
    Acceptor acceptor_;
};

}  // namespace orch

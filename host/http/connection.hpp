#pragma once

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponseImpl.h>
#include <Poco/Net/HTTPServerSession.h>
#include <Poco/Net/TCPServerConnection.h>

#include <semaphore>

#include "http/connection_proof.hpp"
#include "http/front.hpp"
#include "http/paced_socket.hpp"

namespace orch {

/// What all connections share.
struct Service {
    Front front;
    Poco::Net::HTTPServerParams::Ptr params;
    std::counting_semaphore<> streams;  ///< how many streamed replies may still begin
    int stop_fd;
    Mask mask;  ///< for every body that is sent
};

/// Serves one client on one of the pool's threads. Instead of Poco's HTTPServerConnection, which
/// leaves unread bodies in the connection, answers malformed requests without a word, and knows no
/// total deadline.
class HttpConnection final : public Poco::Net::TCPServerConnection {
public:
    /// `socket` holds a PacedSocket.
    HttpConnection(const Poco::Net::StreamSocket& socket, Service& service);
    void run() override;

private:
    using Session = Poco::Net::HTTPServerSession;
    using PocoRequest = Poco::Net::HTTPServerRequestImpl;
    using PocoResponse = Poco::Net::HTTPServerResponseImpl;

    void serveAll();
    /// True when the connection can be used again.
    bool serveOne(Session& session);
    bool serve(PocoRequest& request, PocoResponse& response);
    bool refuseUnread(Session& session);
    std::optional<Reply> readBody(PocoRequest& request, std::size_t size, std::string& body);
    bool send(PocoResponse& response, const Reply& reply, bool keep);
    void sendStream(PocoResponse& response, const Reply& reply);
    void stream(PocoResponse& response, const Reply& reply);

    PacedSocket& paced_;
    Service& service_;
    ConnectionProof proof_;
    bool unread_ = false;  ///< there may be bytes of a request that was refused
};

}  // namespace orch

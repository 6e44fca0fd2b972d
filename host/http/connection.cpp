#include "http/connection.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>

#include <iostream>
#include <optional>

#include "base/text.hpp"
#include "http/problem.hpp"
#include "http/reply_stream.hpp"

namespace orch {
namespace {

using Poco::Net::HTTPMessage;
using Poco::Net::HTTPResponse;
using Trouble = PacedSocket::Trouble;

Head headOf(const Poco::Net::HTTPRequest& request) {
    Head head{request.getMethod(), request.getURI(), request.getVersion(), {}};
    for (const auto& [name, value] : request) head.fields.emplace_back(name, value);
    return head;
}

/// What every reply carries: nothing here is for caches, frames, sniffing or other origins.
void setCommonFields(HTTPResponse& response, const Reply& reply) {
    response.setStatusAndReason(static_cast<HTTPResponse::HTTPStatus>(reply.status),
                                reasonPhrase(reply.status));
    response.setDate(Poco::Timestamp());
    response.setContentType(reply.type);
    response.set("Cache-Control", "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("X-Frame-Options", "DENY");
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.set("Referrer-Policy", "no-referrer");
    response.set("Cross-Origin-Resource-Policy", "same-origin");
    for (const auto& [name, value] : reply.headers) response.set(name, value);
}

/// Gives back a stream that was acquired.
class Slot {
public:
    explicit Slot(std::counting_semaphore<>& streams) : streams_(streams) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { streams_.release(); }

private:
    std::counting_semaphore<>& streams_;
};

Reply tooSlow() {
    return problem(408, "the request did not arrive whole in time");
}

}  // namespace

HttpConnection::HttpConnection(const Poco::Net::StreamSocket& socket, Service& service)
    : TCPServerConnection(socket),
      paced_(dynamic_cast<PacedSocket&>(*socket.impl())),
      service_(service) {}

void HttpConnection::run() {
    try {
        serveAll();
        if (unread_) paced_.linger();
    } catch (const Poco::Exception&) {
        // The client left or was given up: there is nobody to tell.
    } catch (const std::exception& error) {
        std::cerr << "orchd: a connection failed unexpectedly: " + std::string(error.what()) + "\n";
    }
}

void HttpConnection::serveAll() {
    Session session(socket(), service_.params);
    bool more = session.hasMoreRequests();
    while (more && serveOne(session)) {
        paced_.beginRequest();
        more = session.hasMoreRequests();
        paced_.beginRequest();
    }
}

bool HttpConnection::serveOne(Session& session) {
    PocoResponse response(session);
    std::optional<PocoRequest> request;
    try {
        request.emplace(response, session, service_.params.get());
    } catch (const Poco::Net::NoMessageException&) {
        return paced_.trouble() != Trouble::kNone && refuseUnread(session);
    } catch (const Poco::Exception&) {
        return refuseUnread(session);
    }
    return serve(*request, response);
}

/// Nothing, or nothing that could be understood, was read.
bool HttpConnection::refuseUnread(Session& session) {
    unread_ = true;
    PocoResponse response(session);
    response.setVersion(HTTPMessage::HTTP_1_1);
    switch (paced_.trouble()) {
        case Trouble::kStopped:
            return false;
        case Trouble::kTooSlow:
            return send(response, tooSlow(), false);
        case Trouble::kTooLarge:
            return send(response, problem(431, "the header is too large"), false);
        case Trouble::kNone:
            break;
    }
    return send(response, problem(400, "this is not an HTTP request"), false);
}

bool HttpConnection::serve(PocoRequest& request, PocoResponse& response) {
    response.setVersion(request.getVersion() == HTTPMessage::HTTP_1_0 ? HTTPMessage::HTTP_1_0
                                                                      : HTTPMessage::HTTP_1_1);
    const Head head = headOf(request);
    auto verdict = service_.front.admit(head, proof_);
    const bool keep = request.getKeepAlive();
    if (const auto* refusal = std::get_if<Front::Refusal>(&verdict)) {
        unread_ = refusal->close;
        return send(response, refusal->reply, keep && !refusal->close);
    }
    auto& admitted = std::get<Front::Admitted>(verdict);
    if (request.getExpectContinue()) response.sendContinue();
    if (const auto wrong = readBody(request, head.bodyLength(), admitted.request.body)) {
        unread_ = true;
        return send(response, *wrong, false);
    }
    Reply reply = service_.front.answer(admitted, proof_);
    if (head.method == "HEAD") reply.stream = nullptr;
    return send(response, reply, keep);
}

/// Poco does not tell a body that was cut off from a whole one.
std::optional<Reply> HttpConnection::readBody(PocoRequest& request,
                                              std::size_t size,
                                              std::string& body) {
    paced_.allowBody(size);
    body.resize(size);
    request.stream().read(body.data(), static_cast<std::streamsize>(size));
    const auto got = static_cast<std::size_t>(request.stream().gcount());
    if (got == size) return std::nullopt;
    if (paced_.trouble() == Trouble::kTooSlow) return tooSlow();
    return problem(
        400,
        "the body ended after " + std::to_string(got) + " of " + std::to_string(size) + " bytes");
}

bool HttpConnection::send(PocoResponse& response, const Reply& reply, bool keep) {
    paced_.beginWrite();
    if (reply.stream) {
        sendStream(response, reply);
        return false;
    }
    setCommonFields(response, reply);
    response.setKeepAlive(keep);
    const auto body = service_.mask.hide(reply.body);
    response.sendBuffer(body.data(), body.size());
    return keep;
}

void HttpConnection::sendStream(PocoResponse& response, const Reply& reply) {
    if (!service_.streams.try_acquire()) {
        Reply busy = problem(503, "too many logs are being read at once; try again in a moment");
        busy.headers.emplace_back("Retry-After", "2");
        send(response, busy, false);
        return;
    }
    const Slot slot(service_.streams);
    setCommonFields(response, reply);
    response.setKeepAlive(false);
    if (response.getVersion() == HTTPMessage::HTTP_1_1) response.setChunkedTransferEncoding(true);
    stream(response, reply);
}

/// The status line is sent by now: a failure can only be shown by breaking off.
void HttpConnection::stream(PocoResponse& response, const Reply& reply) {
    try {
        ReplyStream out(response.send(), paced_, service_.stop_fd, service_.mask);
        reply.stream(out);
        out.finish();
    } catch (const ReplyStream::ClientLeft&) {
        paced_.abandon();
    } catch (const std::exception& error) {
        paced_.abandon();
        std::cerr << "orchd: a log was cut short: " + cleanUtf8(error.what()) + "\n";
    }
}

}  // namespace orch

#include "ctl/fake_orchd.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

#include <sstream>

#include "base/digest.hpp"

namespace orch::ctl {

namespace net = Poco::Net;

namespace {

class Handler final : public net::HTTPRequestHandler {
public:
    explicit Handler(FakeOrchd& fake) : fake_(fake) {}

    void handleRequest(net::HTTPServerRequest& request,
                       net::HTTPServerResponse& response) override {
        std::string body;
        Poco::StreamCopier::copyToString(request.stream(), body);
        std::ostringstream text;
        request.write(text);
        const auto [answer, proof] = fake_.handle({request.getMethod(),
                                                   request.getURI(),
                                                   body,
                                                   request.get("Authorization", ""),
                                                   request.get("Idempotency-Key", "")},
                                                  text.str() + body);
        response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
        response.setContentType(answer.type);
        if (!proof.empty()) response.set("Orchd-Proof", proof);
        response.setChunkedTransferEncoding(true);
        response.send() << answer.body;
    }

private:
    FakeOrchd& fake_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
public:
    explicit Factory(FakeOrchd& fake) : fake_(fake) {}
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
        return new Handler{fake_};  // Poco deletes it
    }

private:
    FakeOrchd& fake_;
};

}  // namespace

struct FakeOrchd::Server {
    Server(FakeOrchd& fake, const net::SocketAddress& address)
        : socket(address), http(new Factory{fake}, socket, new net::HTTPServerParams) {
        http.start();
    }
    ~Server() { http.stopAll(true); }
    net::ServerSocket socket;
    net::HTTPServer http;
};

FakeOrchd::FakeOrchd()
    : server_(std::make_unique<Server>(*this, net::SocketAddress{"127.0.0.1", 0})) {}
FakeOrchd::~FakeOrchd() = default;

void FakeOrchd::serveAt(const std::string& socket) {
    local_ =
        std::make_unique<Server>(*this, net::SocketAddress{net::SocketAddress::UNIX_LOCAL, socket});
}

void FakeOrchd::answer(const std::string& what, Answer answer) {
    const std::lock_guard lock{mutex_};
    answers_[what] = std::move(answer);
}

std::string FakeOrchd::url() const {
    return "http://127.0.0.1:" + std::to_string(server_->socket.address().port());
}

FakeOrchd::Request FakeOrchd::last() const {
    const std::lock_guard lock{mutex_};
    return requests_.empty() ? Request{} : requests_.back();
}

std::string FakeOrchd::heard() const {
    const std::lock_guard lock{mutex_};
    return heard_;
}

FakeOrchd::Answer FakeOrchd::challenge(const std::string& path) {
    proof_ = {token, path.substr(path.find('=') + 1), randomHex(32)};
    return {200,
            R"({"nonce":")" + proof_.server_nonce + R"(","proof":")" + proof_.ofServer() + "\"}"};
}

FakeOrchd::Answer FakeOrchd::answerTo(const Request& request) const {
    const auto found = answers_.find(request.method + " " + request.path);
    if (found != answers_.end()) return found->second;
    return {404,
            R"({"title":"Not found","status":404,"detail":"there is no such thing"})",
            "application/problem+json"};
}

FakeOrchd::Proved FakeOrchd::handle(Request request, const std::string& as_text) {
    const std::lock_guard lock{mutex_};
    heard_ += as_text;
    const bool asks = request.path.starts_with("/api/v1/challenge?nonce=");
    if (asks && !token.empty()) return {challenge(request.path), ""};
    const auto body = sha256(request.body);
    const auto hmac = proof_.ofOrder({request.method, request.path, request.idempotency_key, body});
    request.proved = request.authorization == "Orchd body=" + body + ", proof=" + hmac;
    auto answer = answerTo(request);
    const bool streams =
        request.path.find("/log") != std::string::npos || request.path == "/api/v1/backup";
    const auto proof = proof_.ofAnswer(answer.status, streams ? "" : sha256(answer.body));
    const bool proved = request.proved;
    requests_.push_back(std::move(request));
    if (tamper) tamper(answer.status, answer.body);
    return {answer, proved ? proof : ""};
}

}  // namespace orch::ctl

#include "ctl/fake_orchd.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>

#include <ostream>

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
        const auto answer = fake_.handle({request.getMethod(),
                                          request.getURI(),
                                          body,
                                          request.get("Authorization", ""),
                                          request.get("Idempotency-Key", "")});
        response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
        response.setContentType(answer.type);
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
    explicit Server(FakeOrchd& fake)
        : socket(Poco::Net::SocketAddress{"127.0.0.1", 0}),
          http(new Factory{fake}, socket, new net::HTTPServerParams) {
        http.start();
    }
    ~Server() { http.stopAll(true); }
    net::ServerSocket socket;
    net::HTTPServer http;
};

FakeOrchd::FakeOrchd() : server_(std::make_unique<Server>(*this)) {}
FakeOrchd::~FakeOrchd() = default;

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

FakeOrchd::Answer FakeOrchd::handle(Request request) {
    const std::lock_guard lock{mutex_};
    const auto found = answers_.find(request.method + " " + request.path);
    requests_.push_back(std::move(request));
    if (found != answers_.end()) return found->second;
    return {404,
            R"({"title":"Not found","status":404,"detail":"there is no such thing"})",
            "application/problem+json"};
}

}  // namespace orch::ctl

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace orch::ctl {

/// Answers over HTTP what a test tells it to, and remembers what it was asked.
class FakeOrchd {
public:
    struct Answer {
        int status = 200;
        std::string body, type = "application/json";
    };
    struct Request {
        std::string method, path, body, authorization, idempotency_key;
    };

    FakeOrchd();
    ~FakeOrchd();
    FakeOrchd(const FakeOrchd&) = delete;
    FakeOrchd& operator=(const FakeOrchd&) = delete;

    /// `what` as in "GET /queue"; what nobody told about is a 404 problem.
    void answer(const std::string& what, Answer answer);
    void answer(const std::string& what, const std::string& body) { answer(what, {200, body}); }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] Request last() const;

    /// For the server's threads.
    [[nodiscard]] Answer handle(Request request);

private:
    struct Server;
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<Request> requests_;
    std::unique_ptr<Server> server_;
};

}  // namespace orch::ctl

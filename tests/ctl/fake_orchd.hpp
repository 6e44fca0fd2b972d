#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/token_proof.hpp"

namespace orch::ctl {

/// Answers over HTTP what a test tells it to, and remembers what it was asked. One client at a
/// time.
class FakeOrchd {
public:
    struct Answer {
        int status = 200;
        std::string body, type = "application/json";
    };
    struct Request {
        std::string method, path, body, authorization, idempotency_key;
        bool proved = false;  ///< its proof fits the token
    };

    FakeOrchd();
    ~FakeOrchd();
    FakeOrchd(const FakeOrchd&) = delete;
    FakeOrchd& operator=(const FakeOrchd&) = delete;

    /// Answers on this Unix socket as well.
    void serveAt(const std::string& socket);

    /// `what` as in "GET /queue"; what nobody told about is a 404 problem.
    void answer(const std::string& what, Answer answer);
    void answer(const std::string& what, const std::string& body) { answer(what, {200, body}); }
    [[nodiscard]] std::string url() const;
    /// The last one but for challenges.
    [[nodiscard]] Request last() const;
    /// Every request with all its fields, as text.
    [[nodiscard]] std::string heard() const;

    std::string token = "secret";  ///< what it proves that it knows; empty: nothing
    std::function<void(int& status, std::string& body)> tamper;  ///< after the answer was proved

    /// For the server's threads.
    struct Proved {
        Answer answer;
        std::string proof;
    };
    [[nodiscard]] Proved handle(Request request, const std::string& as_text);

private:
    [[nodiscard]] Answer challenge(const std::string& path);
    [[nodiscard]] Answer answerTo(const Request& request) const;

    struct Server;
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<Request> requests_;
    std::string heard_;
    TokenProof proof_;
    std::unique_ptr<Server> server_, local_;
};

}  // namespace orch::ctl

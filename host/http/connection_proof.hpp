#pragma once

#include <optional>
#include <string>

#include "base/token_proof.hpp"
#include "http/exchange.hpp"
#include "http/head.hpp"

namespace orch {

/// What one connection has proved (base/token_proof.hpp), from its challenge to the answer of the
/// one order that uses it: "Authorization: Orchd body=<sha256>, proof=<hmac>". One thread.
class ConnectionProof {
public:
    /// Is this the scheme that `head` wants to be judged by?
    [[nodiscard]] static bool isUsed(const Head& head);

    /// Answers GET /api/v1/challenge: shows that this side knows the token.
    [[nodiscard]] Reply challenge(const std::string& client_nonce, const std::string& token);
    /// Nothing is proved about the order that comes now.
    void beginOrder() { proved_.reset(); }
    /// What is wrong with the order's proof, if anything. A challenge serves one order.
    [[nodiscard]] std::optional<Reply> problem(const Head& head);
    /// The order was about another body.
    [[nodiscard]] std::optional<Reply> bodyProblem(const std::string& body) const;
    /// Shows that the reply to a proved order is this side's.
    void sign(Reply& reply) const;

private:
    std::optional<TokenProof> asked_;   ///< a challenge was answered
    std::optional<TokenProof> proved_;  ///< the order at hand has proved itself
    std::string body_sha256_;
};

}  // namespace orch

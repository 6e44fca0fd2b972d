#pragma once

#include <string>
#include <string_view>

namespace orch {

/// How the two ends of one connection show each other that they know orchd's token, which itself
/// never travels: each is a HMAC-SHA256 (lower-case hex) with the token as key over a label of its
/// own and both ends' nonces, so that none can be used on another connection, for something else
/// or by the other end. docs/api.md describes it for other clients.
struct TokenProof {
    std::string token;
    std::string client_nonce, server_nonce;  ///< 64 hex digits each, new for every order

    struct Order {
        std::string_view method;  ///< as sent
        std::string_view target;  ///< path and query as sent
        std::string_view idempotency_key;
        std::string_view body_sha256;
    };
    [[nodiscard]] std::string ofServer() const;
    [[nodiscard]] std::string ofOrder(const Order& order) const;
    /// `body_sha256`: empty for an answer that is sent piece by piece, of which the status alone is
    /// proved.
    [[nodiscard]] std::string ofAnswer(int status, std::string_view body_sha256) const;
};

/// 64 lower-case hex digits?
[[nodiscard]] bool isNonce(std::string_view text);

}  // namespace orch

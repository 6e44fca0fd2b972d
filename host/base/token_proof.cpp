#include "base/token_proof.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/digest.hpp"

namespace orch {

namespace {

/// Each part with its length, so that no two lists give the same bytes.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string bytes;
    for (const auto part : parts) {
        bytes += std::to_string(part.size());
        bytes += ':';
        bytes += part;
    }
    return bytes;
}

}  // namespace

std::string TokenProof::ofServer() const {
    return hmacSha256(token, joined({"orchd/1 server", client_nonce, server_nonce}));
}

std::string TokenProof::ofOrder(const Order& order) const {
    return hmacSha256(token,
                      joined({"orchd/1 request",
                              client_nonce,
                              server_nonce,
                              order.method,
                              order.target,
                              order.idempotency_key,
                              order.body_sha256}));
}

std::string TokenProof::ofAnswer(int status, std::string_view body_sha256) const {
    return hmacSha256(
        token,
        joined(
            {"orchd/1 answer", client_nonce, server_nonce, std::to_string(status), body_sha256}));
}

bool isNonce(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace orch

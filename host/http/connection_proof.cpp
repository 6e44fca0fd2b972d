#include "http/connection_proof.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"

namespace orch {
namespace {

constexpr std::string_view kScheme = "Orchd ";

/// `name=value` out of "body=…, proof=…"; empty without one.
std::string parameter(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        auto part = list.substr(0, comma);
        list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
        part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
        const auto equals = part.find('=');
        if (equals != std::string_view::npos && part.substr(0, equals) == name) {
            return std::string(part.substr(equals + 1));
        }
    }
    return {};
}

Reply refusal(const std::string& detail) {
    Reply reply = problem(401, detail);
    reply.headers.emplace_back("WWW-Authenticate", "Orchd");
    return reply;
}

}  // namespace

bool ConnectionProof::isUsed(const Head& head) {
    const auto given = head.one("Authorization");
    return equalIgnoringCase(std::string_view(given).substr(0, kScheme.size()), kScheme);
}

Reply ConnectionProof::challenge(const std::string& client_nonce, const std::string& token) {
    if (token.empty()) throw Rejected(404, "this server has no token to prove");
    if (!isNonce(client_nonce)) {
        throw Rejected(400, "the parameter nonce takes 64 lower-case hex digits, random ones");
    }
    asked_ = TokenProof{token, client_nonce, randomHex(32)};
    return jsonReply({{"nonce", asked_->server_nonce}, {"proof", asked_->ofServer()}});
}

std::optional<Reply> ConnectionProof::problem(const Head& head) {
    const auto asked = std::exchange(asked_, std::nullopt);
    if (!asked) {
        return refusal(
            "ask for /api/v1/challenge on this connection before each order that proves "
            "itself with the scheme Orchd");
    }
    const auto given = head.one("Authorization").substr(kScheme.size());
    body_sha256_ = parameter(given, "body");
    const auto key = head.one("Idempotency-Key");
    const auto expected = asked->ofOrder({head.method, head.uri, key, body_sha256_});
    if (!equalConstantTime(parameter(given, "proof"), expected)) {
        return refusal("the proof does not fit the token in orchd's state folder (file token)");
    }
    proved_ = asked;
    return std::nullopt;
}

std::optional<Reply> ConnectionProof::bodyProblem(const std::string& body) const {
    if (!proved_ || equalConstantTime(sha256(body), body_sha256_)) return std::nullopt;
    return refusal("the body is not the one that the order's proof is about");
}

void ConnectionProof::sign(Reply& reply) const {
    if (!proved_) return;
    const auto body = reply.stream ? "" : sha256(reply.body);
    reply.headers.emplace_back("Orchd-Proof", proved_->ofAnswer(reply.status, body));
}

}  // namespace orch

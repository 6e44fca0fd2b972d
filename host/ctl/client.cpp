#include "ctl/client.hpp"

#include <Poco/URI.h>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/token_proof.hpp"
#include "ctl/exit_code.hpp"

namespace orch::ctl {

namespace {

using nlohmann::json;

constexpr long kAnswerSeconds = 30;          // orchd itself gives up on its store after 10
constexpr long kStreamSeconds = 24L * 3600;  // an agent may be silent for long

/// How the answer to an order is proved.
enum class Proved { kWhole, kStatus };

Unreachable notThisOrchd(const Endpoint& endpoint, const std::string& why) {
    return unreachable(endpoint,
                       "what answers there is not this orchd: it " + why +
                           ". Nothing was sent that could open anything");
}

/// Has the other end prove that it knows the token, before anything else is sent.
TokenProof challenged(Connection& connection, const Endpoint& endpoint, const std::string& token) {
    TokenProof proof{token, randomHex(32), {}};
    std::string body;
    const auto answer = connection.exchange(
        {"GET", "/api/v1/challenge?nonce=" + proof.client_nonce, "", {}}, into(body));
    const auto document = json::parse(body, nullptr, false);
    const auto field = [&](const char* name) {
        const bool there = document.is_object() && document.contains(name);
        return there && document[name].is_string() ? document[name].get<std::string>() : "";
    };
    proof.server_nonce = field("nonce");
    const bool well = answer.status == 200 && isNonce(proof.server_nonce) &&
                      equalConstantTime(field("proof"), proof.ofServer());
    if (well) return proof;
    if (answer.status == 503) throw RefusedByOrchd("orchd has too much to do; try again", 503);
    throw notThisOrchd(endpoint,
                       answer.status == 404
                           ? "knows no challenge, as an orchd of an older version would not either"
                           : "does not know the token in " + endpoint.token_file->string());
}

HttpRequest signedRequest(HttpRequest request,
                          const Connection& connection,
                          const TokenProof& proof) {
    std::string key;
    for (const auto& [name, value] : request.headers) {
        if (name == "Idempotency-Key") key = value;
    }
    const auto target = connection.target(request.path);
    const auto body = sha256(request.body);
    const auto hmac = proof.ofOrder({request.method, target, key, body});
    request.headers.emplace_back("Authorization", "Orchd body=" + body + ", proof=" + hmac);
    return request;
}

/// orchd's sentence out of a problem document; what else came is named by its status.
std::string sentenceOf(const std::string& body, int status) {
    const auto problem = json::parse(body, nullptr, false);
    const auto field = [&](const char* name) {
        const bool there = problem.is_object() && problem.contains(name);
        return there && problem[name].is_string() ? problem[name].get<std::string>() : "";
    };
    auto sentence = field("detail").empty() ? field("title") : field("detail");
    if (sentence.empty()) sentence = "orchd answered " + std::to_string(status);
    return sentence;
}

Unreachable notOrchd(const Endpoint& endpoint, const HttpAnswer& answer) {
    return unreachable(endpoint,
                       "what answers there is not orchd (status " + std::to_string(answer.status) +
                           ", " + answer.type + ")");
}

void requireSuccess(const Endpoint& endpoint, const HttpAnswer& answer) {
    if (answer.status < 300) return;
    if (answer.status < 400) throw notOrchd(endpoint, answer);
    throw RefusedByOrchd(sentenceOf(answer.refusal, answer.status), answer.status);
}

/// Sends one order, proved on both sides when there is a token.
void order(const Endpoint& endpoint,
           const std::string& token,
           const HttpRequest& request,
           Proved how,
           const Reader& read) {
    const long patience = how == Proved::kStatus ? kStreamSeconds : kAnswerSeconds;
    Connection connection{endpoint, patience};
    if (token.empty()) {
        requireSuccess(endpoint, connection.exchange(request, read));
        return;
    }
    const auto proof = challenged(connection, endpoint, token);
    std::string all;
    const auto piece = [&](std::string_view bytes) {
        if (how == Proved::kWhole) into(all)(bytes);
        read(bytes);
    };
    const auto answer = connection.exchange(signedRequest(request, connection, proof), piece);
    requireSuccess(endpoint, answer);
    const auto hash = how == Proved::kWhole ? sha256(all) : "";
    if (equalConstantTime(answer.proof, proof.ofAnswer(answer.status, hash))) return;
    throw notThisOrchd(endpoint, "changed the answer on its way");
}

json ask(const Endpoint& endpoint, const std::string& token, const HttpRequest& request) {
    std::string body;
    order(endpoint, token, request, Proved::kWhole, into(body));
    auto document = json::parse(body, nullptr, false);
    if (document.is_discarded()) throw notOrchd(endpoint, {200, "not JSON", "", ""});
    return document;
}

std::string trimmed(std::string text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    text.resize(end == std::string::npos ? 0 : end + 1);
    return text;
}

bool isToken(const std::string& text) {
    return !text.empty() && text.find_first_of(" \t\r\n") == std::string::npos;
}

}  // namespace

std::string Client::token(bool required) const {
    if (!endpoint_.token_file) return {};
    std::string why = "there is no such file";
    try {
        const auto content = readFile(*endpoint_.token_file, 4096);
        const auto token = trimmed(content.value_or(""));
        if (isToken(token)) return token;
        if (content) why = "it holds no token";
    } catch (const Error& error) {
        why = error.what();
    }
    // Reading needs no token on this machine, so only an order fails for lack of one.
    if (!required) return {};
    throw Error("cannot read orchd's token from " + endpoint_.token_file->string() + ": " + why +
                "; --token-file names another file");
}

json Client::get(const std::string& path) const {
    return ask(endpoint_, token(false), {"GET", path, "", {}});
}

json Client::post(const std::string& path, const json& body, const Headers& headers) const {
    const auto sent = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return ask(endpoint_, token(true), {"POST", path, sent, headers});
}

std::string Client::text(const std::string& path) const {
    std::string whole;
    order(endpoint_, token(false), {"GET", path, "", {}}, Proved::kWhole, into(whole));
    return whole;
}

void Client::stream(const std::string& path,
                    const std::function<void(std::string_view)>& piece) const {
    order(endpoint_, token(false), {"GET", path, "", {}}, Proved::kStatus, piece);
}

void Client::streamPost(const std::string& path,
                        const json& body,
                        const std::function<void(std::string_view)>& piece) const {
    const auto sent = body.dump(-1, ' ', false, json::error_handler_t::replace);
    order(endpoint_, token(true), {"POST", path, sent, {}}, Proved::kStatus, piece);
}

bool Client::lives() const {
    std::string ignored;
    try {
        Connection connection{endpoint_, kAnswerSeconds};
        return connection.exchange({"GET", "/healthz", "", {}}, into(ignored)).status == 200;
    } catch (const Error&) {
        return false;
    }
}

std::string urlPart(const std::string& text) {
    std::string encoded;
    Poco::URI::encode(text, "!#$&'()*+,/:;=?@[]", encoded);
    return encoded;
}

std::string query(const Headers& pairs) {
    std::string text;
    for (const auto& [name, value] : pairs) {
        if (value.empty()) continue;
        text += (text.empty() ? "?" : "&") + name + "=" + urlPart(value);
    }
    return text;
}

}  // namespace orch::ctl

#include "ctl/client.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/URI.h>

#include <array>
#include <istream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "ctl/exit_code.hpp"

namespace orch::ctl {

namespace {

namespace net = Poco::Net;
using nlohmann::json;

constexpr std::size_t kBodyLimit = 64U << 20U;
constexpr long kAnswerSeconds = 30;          // orchd itself gives up on its store after 10
constexpr long kStreamSeconds = 24L * 3600;  // an agent may be silent for long

struct Request {
    std::string method, path, body, token;
    Headers headers;
    long timeout_seconds = kAnswerSeconds;
};
using Reader = std::function<void(std::string_view)>;
struct Answer {
    int status{};
    std::string type;
    std::string refusal;  ///< the body, unless the status says it is what was asked for
};

/// Passes on every piece of the body as soon as it is there.
void readPieces(std::istream& in, const Reader& piece) {
    std::array<char, 16384> buffer{};
    // readsome never waits; the one blocking get tells that there is more.
    for (int first = in.get(); in.good(); first = in.get()) {
        buffer[0] = static_cast<char>(first);
        const auto more = in.readsome(buffer.data() + 1, buffer.size() - 1);
        piece({buffer.data(), 1 + static_cast<std::size_t>(more)});
    }
}

Reader into(std::string& body) {
    return [&body](std::string_view piece) {
        body.append(piece);
        if (body.size() > kBodyLimit) throw Unreachable("an answer of orchd is larger than 64 MB");
    };
}

Answer exchange(net::HTTPClientSession& session, const Request& wanted, const Reader& read) {
    net::HTTPRequest request{wanted.method, wanted.path, net::HTTPMessage::HTTP_1_1};
    request.set("Accept", "application/json, text/plain, application/problem+json");
    for (const auto& [name, value] : wanted.headers) request.set(name, value);
    if (!wanted.token.empty()) request.set("Authorization", "Bearer " + wanted.token);
    if (wanted.method == "POST") {
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(wanted.body.size()));
    }
    session.sendRequest(request) << wanted.body << std::flush;
    net::HTTPResponse response;
    auto& body = session.receiveResponse(response);
    Answer answer{response.getStatus(), response.getContentType(), ""};
    readPieces(body, answer.status < 300 ? read : into(answer.refusal));
    return answer;
}

/// What the failure of a connection means for the one who asked.
Unreachable unreachable(const Endpoint& endpoint, const std::string& cause) {
    return Unreachable{"cannot reach orchd at " + endpoint.url + " (" + endpoint.found + "): " +
                       cause + "; is it running? scripts/run starts it, --url names another"};
}

Answer send(const Endpoint& endpoint, const Request& request, const Reader& read) {
    try {
        const Poco::URI uri{endpoint.url};
        net::HTTPClientSession session{uri.getHost(), uri.getPort()};
        session.setTimeout(Poco::Timespan{3, 0},
                           Poco::Timespan{kAnswerSeconds, 0},
                           Poco::Timespan{request.timeout_seconds, 0});
        Request full = request;
        full.path = uri.getPath() + request.path;
        return exchange(session, full, read);
    } catch (const Poco::SyntaxException&) {
        throw UsageError("\"" + endpoint.url + "\" (" + endpoint.found + ") is not an address");
    } catch (const Poco::TimeoutException&) {
        throw unreachable(endpoint, "no answer in time");
    } catch (const Poco::Exception& error) {
        throw unreachable(endpoint, error.message().empty() ? error.name() : error.displayText());
    }
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

Unreachable notOrchd(const Endpoint& endpoint, const Answer& answer) {
    return unreachable(endpoint,
                       "what answers there is not orchd (status " + std::to_string(answer.status) +
                           ", " + answer.type + ")");
}

void requireSuccess(const Endpoint& endpoint, const Answer& answer) {
    if (answer.status < 300) return;
    if (answer.status < 400) throw notOrchd(endpoint, answer);
    throw RefusedByOrchd(sentenceOf(answer.refusal, answer.status), answer.status);
}

json ask(const Endpoint& endpoint, const Request& request) {
    std::string body;
    const auto answer = send(endpoint, request, into(body));
    requireSuccess(endpoint, answer);
    auto document = json::parse(body, nullptr, false);
    if (document.is_discarded()) throw notOrchd(endpoint, answer);
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
    return ask(endpoint_, {"GET", path, "", token(false), {}});
}

json Client::post(const std::string& path, const json& body, const Headers& headers) const {
    const auto sent = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return ask(endpoint_, {"POST", path, sent, token(true), headers});
}

void Client::stream(const std::string& path,
                    const std::function<void(std::string_view)>& piece) const {
    const Request request{"GET", path, "", token(false), {}, kStreamSeconds};
    requireSuccess(endpoint_, send(endpoint_, request, piece));
}

void Client::streamPost(const std::string& path,
                        const json& body,
                        const std::function<void(std::string_view)>& piece) const {
    const auto sent = body.dump(-1, ' ', false, json::error_handler_t::replace);
    const Request request{"POST", path, sent, token(true), {}, kStreamSeconds};
    requireSuccess(endpoint_, send(endpoint_, request, piece));
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

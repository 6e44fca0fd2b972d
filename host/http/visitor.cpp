#include "http/visitor.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPBasicCredentials.h>
#include <arpa/inet.h>

#include <array>

#include "base/digest.hpp"
#include "http/problem.hpp"

namespace orch {
namespace {

/// "[::1]:8080" to "::1", "localhost:8080" to "localhost"; nothing when it is neither form.
std::optional<std::string> hostOf(std::string_view authority) {
    std::size_t end = authority.find(':');
    std::string_view host = authority.substr(0, end);
    if (!authority.empty() && authority[0] == '[') {
        const auto bracket = authority.find(']');
        if (bracket == std::string_view::npos) return std::nullopt;
        host = authority.substr(1, bracket - 1);
        end = bracket + 1 == authority.size() ? std::string_view::npos : bracket + 1;
    }
    if (host.empty()) return std::nullopt;
    if (end == std::string_view::npos) return std::string(host);
    const auto port = authority.substr(end);
    const bool good = port[0] == ':' && port.size() <= 6 &&
                      port.find_first_not_of("0123456789", 1) == std::string_view::npos;
    return good ? std::optional(std::string(host)) : std::nullopt;
}

bool isAddress(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool isOurs(const std::string& host, const std::string& listen_host) {
    if (isLoopback(host)) return true;
    if (isLoopback(listen_host)) return false;
    return isAddress(host) || equalIgnoringCase(host, listen_host);
}

std::optional<Reply> hostProblem(const Head& head, const std::string& listen_host) {
    if (head.all("Host").empty()) return problem(400, "the header field Host is missing");
    const auto host = hostOf(head.one("Host"));
    if (!host) return problem(400, "the header field Host is not a name or address");
    if (isOurs(*host, listen_host)) return std::nullopt;
    return problem(421,
                   "this server does not answer to that Host; use 127.0.0.1, localhost or the "
                   "address it listens on");
}

bool comesFromElsewhere(const Head& head) {
    for (const auto& origin : head.all("Origin")) {
        if (!equalIgnoringCase(origin, "http://" + head.one("Host"))) return true;
    }
    const auto site = head.one("Sec-Fetch-Site");
    const bool foreign = site == "cross-site" || site == "same-site";
    // A link that somebody clicks may lead here; a page's script, form or image may not.
    const bool link = head.method == "GET" && head.one("Sec-Fetch-Mode") == "navigate" &&
                      head.one("Sec-Fetch-Dest") == "document";
    return foreign && !link;
}

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kBasic = "Basic ";

bool startsWith(std::string_view text, std::string_view scheme) {
    return equalIgnoringCase(text.substr(0, scheme.size()), scheme);
}

Reply unauthorized(const std::string& detail, const std::string& challenge) {
    Reply reply = problem(401, detail);
    reply.headers.emplace_back("WWW-Authenticate", challenge);
    return reply;
}

}  // namespace

bool isLoopback(std::string_view host) {
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    if (equalIgnoringCase(host, "localhost")) return true;
    const std::string text(host);
    in_addr v4{};
    if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24U) == 127;
    in6_addr v6{};
    return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

std::optional<Reply> visitorProblem(const Head& head, const std::string& listen_host) {
    if (auto wrong = hostProblem(head, listen_host)) return wrong;
    if (!comesFromElsewhere(head)) return std::nullopt;
    return problem(403, "requests from pages of another origin are refused");
}

std::optional<Reply> tokenProblem(const Head& head, const std::string& token, bool reads) {
    const auto given = head.one("Authorization");
    const std::string scheme =
        reads ? "Basic realm=\"orchd\", Bearer realm=\"orchd\"" : "Bearer realm=\"orchd\"";
    if (!startsWith(given, kBearer)) {
        return unauthorized(
            "this needs the token: send \"Authorization: Bearer …\" with the content of the file " +
                std::string(reads ? "read-token, or token," : "token") + " in orchd's state folder",
            scheme);
    }
    if (!token.empty() && equalConstantTime(given.substr(kBearer.size()), token)) {
        return std::nullopt;
    }
    return unauthorized("this is not the token in orchd's state folder (file " +
                            std::string(reads ? "read-token or token" : "token") + ")",
                        scheme + ", error=\"invalid_token\"");
}

bool hasReadToken(const Head& head, const std::string& token) {
    const auto given = head.one("Authorization");
    if (token.empty()) return false;
    if (startsWith(given, kBearer)) return equalConstantTime(given.substr(kBearer.size()), token);
    if (!startsWith(given, kBasic)) return false;
    try {
        const Poco::Net::HTTPBasicCredentials login(given.substr(kBasic.size()));
        return equalConstantTime(login.getPassword(), token);
    } catch (const Poco::Exception&) {
        return false;  // not Base64
    }
}

}  // namespace orch

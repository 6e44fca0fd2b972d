#include "ctl/connection.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/URI.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <istream>
#include <system_error>

#include "base/error.hpp"
#include "base/local_socket.hpp"

namespace orch::ctl {

namespace net = Poco::Net;

namespace {

constexpr std::size_t kBodyLimit = 64U << 20U;
constexpr long kConnectSeconds = 3;
constexpr long kSendSeconds = 30;

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

Unreachable nobodyAnswers(const Endpoint& endpoint, const SocketFolder& folder, int error) {
    const auto owner = userName(folder.owner());
    switch (error) {
        case ENOENT:
            return notRunning(endpoint, "there is no such socket");
        case ECONNREFUSED:
            return notRunning(endpoint, "nobody listens there any more");
        case EACCES:
        case EPERM:
            return unreachable(
                endpoint,
                "it belongs to " + owner + ": only that user and root may speak to this orchd");
        default:
            return unreachable(endpoint, std::generic_category().message(error));
    }
}

/// What in the folder would let somebody else answer; throws Unreachable.
void requireOwnSocket(const Endpoint& endpoint, const SocketFolder& folder) {
    struct stat info {};
    const auto refuse = [&](const std::string& why) { throw unreachable(endpoint, why); };
    if (fstat(folder.fd(), &info) == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        refuse("others can write the state folder, so anybody could answer there: chmod go-w " +
               folder.path().string());
    }
    if (fstatat(folder.fd(), kSocketName, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        throw nobodyAnswers(endpoint, folder, errno);
    }
    if (!S_ISSOCK(info.st_mode)) refuse("that is no socket");
}

SocketFolder folderOf(const Endpoint& endpoint) {
    try {
        return SocketFolder{endpoint.state_dir};
    } catch (const Error& error) {
        throw notRunning(endpoint, error.what());
    }
}

UniqueFd connectLocal(const Endpoint& endpoint) {
    const auto folder = folderOf(endpoint);
    requireOwnSocket(endpoint, folder);
    auto socket = folder.connect(kSocketName);
    if (!socket) throw nobodyAnswers(endpoint, folder, errno);
    const auto user = peerUser(socket.get());
    if (user == geteuid() || user == 0 || user == folder.owner()) return socket;
    throw unreachable(endpoint,
                      "a program of " + userName(user) + " answers there, not one of yours, of " +
                          userName(folder.owner()) + " (who owns the folder) or of root");
}

/// Takes a connection that is there already; without a host Poco never makes another.
class AttachedSession final : public net::HTTPClientSession {
public:
    explicit AttachedSession(const net::StreamSocket& socket) { attachSocket(socket); }
};

net::StreamSocket connected(const Endpoint& endpoint, const Poco::URI& uri) {
    net::StreamSocket socket;
    if (endpoint.url.empty()) {
        socket = net::StreamSocket(new net::StreamSocketImpl(connectLocal(endpoint).release()));
    } else {
        socket.connect(net::SocketAddress(uri.getHost(), uri.getPort()),
                       Poco::Timespan{kConnectSeconds, 0});
        socket.setNoDelay(true);
    }
    socket.setSendTimeout(Poco::Timespan{kSendSeconds, 0});
    return socket;
}

Poco::URI uriOf(const Endpoint& endpoint) {
    try {
        return Poco::URI{endpoint.url.empty() ? "http://localhost" : endpoint.url};
    } catch (const Poco::SyntaxException&) {
        throw UsageError("\"" + endpoint.url + "\" (" + endpoint.found + ") is not an address");
    }
}

/// Does `call`; what fails in it is a sentence.
template <class Call>
auto reaching(const Endpoint& endpoint, const Call& call) {
    try {
        return call();
    } catch (const Poco::TimeoutException&) {
        throw notRunning(endpoint, "no answer in time");
    } catch (const Poco::Exception& error) {
        throw notRunning(endpoint, error.message().empty() ? error.name() : error.displayText());
    }
}

}  // namespace

struct Connection::Session {
    Session(const Endpoint& endpoint, const Poco::URI& address, long answer_seconds)
        : uri(address), socket(connected(endpoint, address)), http(socket) {
        socket.setReceiveTimeout(Poco::Timespan{answer_seconds, 0});
        http.setKeepAlive(true);
    }
    Poco::URI uri;
    net::StreamSocket socket;
    AttachedSession http;
};

Connection::Connection(const Endpoint& endpoint, long answer_seconds) : endpoint_(endpoint) {
    const auto uri = uriOf(endpoint);
    session_ = reaching(endpoint,
                        [&] { return std::make_unique<Session>(endpoint, uri, answer_seconds); });
}

Connection::~Connection() = default;

std::string Connection::target(const std::string& path) const {
    return session_->uri.getPath() + path;
}

HttpAnswer Connection::exchange(const HttpRequest& wanted, const Reader& read) {
    net::HTTPRequest request{wanted.method, target(wanted.path), net::HTTPMessage::HTTP_1_1};
    request.setHost(session_->uri.getHost(), session_->uri.getPort());
    request.set("Accept", "application/json, text/plain, application/problem+json");
    for (const auto& [name, value] : wanted.headers) request.set(name, value);
    if (wanted.method == "POST") {
        request.setContentType("application/json");
        request.setContentLength64(static_cast<Poco::Int64>(wanted.body.size()));
    }
    return reaching(endpoint_, [&] {
        session_->http.sendRequest(request) << wanted.body << std::flush;
        net::HTTPResponse response;
        auto& body = session_->http.receiveResponse(response);
        HttpAnswer answer{
            response.getStatus(), response.getContentType(), response.get("Orchd-Proof", ""), ""};
        readPieces(body, answer.status < 300 ? read : into(answer.refusal));
        return answer;
    });
}

Unreachable unreachable(const Endpoint& endpoint, const std::string& cause) {
    return Unreachable{"cannot reach orchd at " + endpoint.place() + " (" + endpoint.found +
                       "): " + cause};
}

Unreachable notRunning(const Endpoint& endpoint, const std::string& cause) {
    const auto* const other = endpoint.url.empty() ? "--state-dir" : "--url";
    return unreachable(
        endpoint,
        cause + "; is it running? orchd --config FILE starts it, " + other + " names another");
}

Reader into(std::string& body) {
    return [&body](std::string_view piece) {
        body.append(piece);
        if (body.size() > kBodyLimit) throw Unreachable("an answer of orchd is larger than 64 MB");
    };
}

}  // namespace orch::ctl

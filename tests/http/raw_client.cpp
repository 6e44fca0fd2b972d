#include "http/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace orch::testing {
namespace {

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return text;
}

void beImpatient(int socket) {
    const timeval patience{20, 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

RawClient::RawClient(UniqueFd connected) : socket_(std::move(connected)) {
    beImpatient(socket_.get());
}

RawClient::RawClient(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    beImpatient(socket_.get());
    if (connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("cannot connect");
    }
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawClient::more() {
    std::array<char, 65'536> piece{};
    const auto size = recv(socket_.get(), piece.data(), piece.size(), 0);
    if (size <= 0) return false;
    buffer_.append(piece.data(), static_cast<std::size_t>(size));
    return true;
}

std::string RawClient::take(std::size_t size) {
    while (buffer_.size() < size && more()) {
    }
    auto taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
}

std::string RawClient::takeLine() {
    while (buffer_.find("\r\n") == std::string::npos && more()) {
    }
    auto line = take(std::min(buffer_.size(), buffer_.find("\r\n")));
    take(std::min<std::size_t>(2, buffer_.size()));
    return line;
}

std::string RawClient::takeChunks() {
    std::string body;
    while (true) {
        const auto line = takeLine();
        const auto size = line.empty() ? 0 : std::stoul(line, nullptr, 16);
        if (size == 0) break;
        body += take(size);
        takeLine();
    }
    takeLine();
    return body;
}

Answer RawClient::read() {
    Answer answer;
    const auto status = takeLine();
    if (status.size() < 12) return answer;
    answer.status = std::stoi(status.substr(9, 3));
    for (auto line = takeLine(); !line.empty(); line = takeLine()) {
        const auto colon = line.find(": ");
        answer.fields[lowered(line.substr(0, colon))] = line.substr(colon + 2);
    }
    if (answer.fields.contains("content-length")) {
        answer.body = take(std::stoul(answer.fields.at("content-length")));
    } else if (answer.fields.contains("transfer-encoding")) {
        answer.body = takeChunks();
    } else if (answer.status >= 200) {
        answer.body = readToEnd();
    }
    return answer;
}

std::string RawClient::readToEnd() {
    while (more()) {
    }
    return take(buffer_.size());
}

bool RawClient::readUntil(const std::string& text) {
    while (buffer_.find(text) == std::string::npos) {
        if (!more()) return false;
    }
    return true;
}

std::string requestText(const std::string& start,
                        const std::string& lines,
                        const std::string& body) {
    auto text = start + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + lines;
    if (!body.empty()) text += "Content-Type: application/json\r\n";
    if (!body.empty() || start.starts_with("POST")) {
        text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return text + "\r\n" + body;
}

}  // namespace orch::testing

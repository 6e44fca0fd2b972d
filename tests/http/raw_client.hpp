#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/files.hpp"

namespace orch::testing {

struct Answer {
    int status = 0;                             ///< 0: the connection ended without one
    std::map<std::string, std::string> fields;  ///< names in lower case
    std::string body;
};

/// A client that sends exactly the bytes it is told to. Every wait ends after 20 s at the latest.
class RawClient {
public:
    explicit RawClient(std::uint16_t port);
    explicit RawClient(UniqueFd connected);

    /// False when the server has closed the connection.
    bool send(std::string_view bytes);
    /// The next answer, its body by Content-Length, chunks or the connection's end.
    Answer read();
    Answer ask(std::string_view bytes) {
        send(bytes);
        return read();
    }
    /// Everything until the server closes the connection.
    std::string readToEnd();
    /// Reads until what came contains `text`; false when the connection ended before.
    bool readUntil(const std::string& text);
    [[nodiscard]] bool hasEnded() { return readToEnd().empty(); }
    void close() { socket_.reset(); }
    [[nodiscard]] int fd() const { return socket_.get(); }

private:
    bool more();
    std::string take(std::size_t size);
    std::string takeLine();
    std::string takeChunks();

    UniqueFd socket_;
    std::string buffer_;
};

/// A request with Host, the given lines ("Name: value\r\n…") and, with a body, its length and type.
std::string requestText(const std::string& start,
                        const std::string& lines = "",
                        const std::string& body = "");

}  // namespace orch::testing

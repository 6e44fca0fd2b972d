#pragma once

#include <Poco/Net/StreamSocketImpl.h>

#include <chrono>
#include <cstddef>

namespace orch {

/// A client's socket that no client can hold for ever: reading a request and writing a reply have a
/// deadline as a whole, not a timeout a byte, and a request has a budget of bytes. Waits end at
/// once when the server stops. One thread.
class PacedSocket final : public Poco::Net::StreamSocketImpl {
public:
    struct Pace {
        std::chrono::milliseconds read{3000};   ///< from the accept, or the first byte, to the last
        std::chrono::milliseconds write{5000};  ///< for a reply, or one piece of a stream
        std::size_t header{32'768};             ///< bytes a request may have before its body
    };
    /// Owns `fd`. `stop_fd` becomes readable when the server stops. The first request begins now.
    PacedSocket(int fd, const Pace& pace, int stop_fd);

    enum class Trouble {
        kNone,
        kTooSlow,
        kTooLarge,
        kStopped,
    };
    /// Why the last read failed; Poco's streams only tell that it did.
    [[nodiscard]] Trouble trouble() const { return trouble_; }

    void beginRequest();
    /// The header is read: allows the body's bytes as well.
    void allowBody(std::size_t bytes) { budget_ += bytes; }
    void beginWrite();
    /// Ends the connection in a way that lets the client read the reply although it still sends:
    /// says "no more", then throws away what comes, for a second at most.
    void linger();
    /// Nothing more is sent, so that a stream that broke off cannot look complete.
    void abandon() { abandoned_ = true; }

    using StreamSocketImpl::receiveBytes;
    using StreamSocketImpl::sendBytes;
    int receiveBytes(void* buffer, int length, int flags) override;
    int sendBytes(const void* buffer, int length, int flags) override;
    bool poll(const Poco::Timespan& timeout, int mode) override;

protected:
    ~PacedSocket() override = default;

private:
    using Moment = std::chrono::steady_clock::time_point;
    enum class Woken { kReady, kTimeout, kStop };
    [[nodiscard]] Woken waitFor(short events, Moment until) const;
    [[noreturn]] void giveUp(Trouble trouble);

    Pace pace_;
    int stop_fd_;
    Moment read_until_, write_until_;
    std::size_t budget_ = 0;
    Trouble trouble_ = Trouble::kNone;
    bool abandoned_ = false;
};

}  // namespace orch

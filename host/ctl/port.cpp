#include "ctl/port.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <cerrno>
#include <system_error>

namespace orch::ctl {

std::optional<PortTrouble> portTrouble(const std::string& host, std::uint16_t port) {
    try {
        // Poco's constructor would share the port with a listener that shares it as well.
        constexpr bool kAlone = false;
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress{host, port}, true, kAlone);
        socket.listen();
        return {};
    } catch (const Poco::Exception& failure) {
        return PortTrouble{failure.code() == EADDRINUSE,
                           failure.code() != 0 ? std::generic_category().message(failure.code())
                                               : failure.displayText()};
    }
}

}  // namespace orch::ctl

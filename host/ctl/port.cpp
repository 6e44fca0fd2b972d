#include "ctl/port.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace orch::ctl {

bool isPortFree(const std::string& host, std::uint16_t port) {
    try {
        // Poco's constructor would share the port with a listener that shares it as well.
        constexpr bool kAlone = false;
        Poco::Net::ServerSocket socket;
        socket.bind(Poco::Net::SocketAddress{host, port}, true, kAlone);
        socket.listen();
        return true;
    } catch (const Poco::Exception&) {  // taken, or no address of this machine
        return false;
    }
}

}  // namespace orch::ctl

#include "ctl/port.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

namespace orch::ctl {

bool isPortFree(const std::string& host, std::uint16_t port) {
    try {
        const Poco::Net::ServerSocket socket{Poco::Net::SocketAddress{host, port}};
        return true;
    } catch (const Poco::Exception&) {  // taken, or no address of this machine
        return false;
    }
}

}  // namespace orch::ctl

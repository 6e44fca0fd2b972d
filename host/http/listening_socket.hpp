#pragma once

#include <cstdint>
#include <string>

#include "base/files.hpp"

namespace orch {

/// A TCP socket that listens on `host` (an IP address, or "localhost" for 127.0.0.1) and `port`
/// (0: any free one); close-on-exec, so that no agent inherits it. Throws Error with a sentence:
/// the port is in use, is not permitted, or the address is none of this machine's.
[[nodiscard]] UniqueFd listenOn(const std::string& host, std::uint16_t port);

/// The same, but it does not listen yet: who connects is refused. Keeps the port for a listenOn()
/// of this user.
[[nodiscard]] UniqueFd bindTo(const std::string& host, std::uint16_t port);

[[nodiscard]] std::uint16_t portOf(int socket);

/// Where the socket is bound, as a URL: "http://127.0.0.1:8080". Never a name: a name may lead to
/// other addresses as well, where somebody else listens.
[[nodiscard]] std::string urlOf(int socket);

}  // namespace orch

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/head.hpp"

namespace orch {

/// Is this an address or name of the machine itself: 127.x.x.x, ::1, localhost? `host` without a
/// port, IPv6 with or without brackets.
[[nodiscard]] bool isLoopback(std::string_view host);

/// Refuses what a web page of somebody else may make a browser send (II3): a Host that is not ours
/// (DNS rebinding) and an Origin or Sec-Fetch-Site that is not this server's. `listen_host` is what
/// the server was told to listen on; beyond loopback any IP address is taken as ours.
[[nodiscard]] std::optional<Reply> visitorProblem(const Head& head, const std::string& listen_host);

/// Asks for "Authorization: Bearer <token>"; compared in constant time. `reads`: the read token
/// would have done as well.
[[nodiscard]] std::optional<Reply> tokenProblem(const Head& head,
                                                const std::string& token,
                                                bool reads);

/// Does it carry the read token: as "Bearer <token>", or, as browsers ask their user for it, as the
/// password of "Basic"? Compared in constant time; an empty token is nobody's.
[[nodiscard]] bool hasReadToken(const Head& head, const std::string& token);

}  // namespace orch

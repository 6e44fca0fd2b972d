#pragma once

#include <cstdint>
#include <string>

namespace orch::ctl {

/// Could somebody listen there now? `host`: an address or "localhost". Listens for an instant to
/// find out.
[[nodiscard]] bool isPortFree(const std::string& host, std::uint16_t port);

}  // namespace orch::ctl

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orch::ctl {

/// Why nobody could listen at an address now.
struct PortTrouble {
    bool taken;        ///< somebody else does
    std::string what;  ///< the system's words: "Permission denied"
};

/// Nothing when somebody could. `host`: an address or "localhost". Listens for an instant to find
/// out.
[[nodiscard]] std::optional<PortTrouble> portTrouble(const std::string& host, std::uint16_t port);

}  // namespace orch::ctl

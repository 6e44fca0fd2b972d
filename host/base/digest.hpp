#pragma once

#include <string>
#include <string_view>

namespace orch {

/// Lower-case hex SHA-256 of the bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Lower-case hex HMAC-SHA256 (RFC 2104) of the bytes.
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view bytes);
/// `bytes` random bytes from the kernel as lower-case hex.
[[nodiscard]] std::string randomHex(std::size_t bytes);
/// Compares without telling by its time where the two differ.
[[nodiscard]] bool equalConstantTime(std::string_view a, std::string_view b);

}  // namespace orch

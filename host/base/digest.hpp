#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace orch {

/// Lower-case hex SHA-256 of the bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// The same of bytes that come piece by piece.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    /// Of all that was added; once, at the end.
    [[nodiscard]] std::string hex();

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};
/// Lower-case hex HMAC-SHA256 (RFC 2104) of the bytes.
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view bytes);
/// `bytes` random bytes from the kernel as lower-case hex.
[[nodiscard]] std::string randomHex(std::size_t bytes);
/// Compares without telling by its time where the two differ.
[[nodiscard]] bool equalConstantTime(std::string_view a, std::string_view b);

}  // namespace orch
